import { allows, type Dentry, ownershipOf } from "@agentos/vfs";
import { andThen, type MaybePromise, sysError, X_OK } from "@agentos/vfs/abi";
import type { Process } from "./process.ts";

/** chdir(2). @throws ENOENT ENOTDIR EACCES */
export function changeDirectory(p: Process, path: string): MaybePromise<void> {
  return andThen(p.kernel.namespace.lookup(p.caller, path), (dentry) => enterDirectory(p, dentry));
}

/** Makes a directory that has been looked up the working directory. @throws ENOTDIR EACCES */
export function enterDirectory(p: Process, dentry: Dentry): MaybePromise<void> {
  if (!dentry.isDirectory) throw sysError("ENOTDIR");
  return andThen(ownershipOf(dentry.inode), (node) => {
    if (!allows(p.caller, node, X_OK)) throw sysError("EACCES");
    p.caller = { ...p.caller, cwd: dentry };
  });
}

/** The absolute path of the working directory, as the process sees it. */
export function workingDirectory(p: Process): string {
  return p.kernel.namespace.pathOf(p.caller.cwd, p.caller.root);
}
