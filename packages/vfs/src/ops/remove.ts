// unlink(2), rmdir(2). Source for the order of errors: Linux fs/namei.c do_unlinkat(), do_rmdir(), may_delete().

import { andThen, type MaybePromise, sysError } from "../abi/index.ts";
import type { Caller, Dentry } from "../dentry.ts";
import type { MountNamespace } from "../mount-namespace.ts";
import { isMountPoint } from "../mounts.ts";
import { checkSticky, ownershipOf, requireWritableDirectory } from "../permission.ts";
import { askName, checkWritable, reached } from "./resolve.ts";

/** Whether something is mounted there: `found` is then the mount's root, or the namespace's. */
export const isBusy = (found: Dentry): boolean => found.parent === undefined || isMountPoint(found);

/** Write permission on the directory and, if it is sticky, ownership. @throws EACCES · EPERM */
export function checkRemovable(caller: Caller, parent: Dentry, victim: Dentry): MaybePromise<void> {
  return andThen(requireWritableDirectory(caller, parent.inode), (directory) =>
    andThen(ownershipOf(victim.inode), (node) => checkSticky(caller, directory, node)),
  );
}

export function unlink(namespace: MountNamespace, caller: Caller, path: string): MaybePromise<void> {
  return andThen(reached(caller, path, "name"), ({ found, parent, name, trailingSlash }) => {
    if (name === "") throw sysError("EISDIR");
    checkWritable(parent);
    if (found === undefined) throw sysError("ENOENT");
    if (trailingSlash) throw sysError(found.isDirectory ? "EISDIR" : "ENOTDIR");
    return andThen(checkRemovable(caller, parent, found), () => {
      if (found.isDirectory) throw sysError("EISDIR");
      askName(namespace, "remove", parent, name);
      return andThen(parent.inode.unlink(name), () => namespace.changedName("delete", parent, name));
    });
  });
}

export function rmdir(namespace: MountNamespace, caller: Caller, path: string): MaybePromise<void> {
  return andThen(reached(caller, path, "name"), ({ found, parent, name, dots }) => {
    if (dots === ".") throw sysError("EINVAL");
    if (dots === "..") throw sysError("ENOTEMPTY");
    if (name === "") throw sysError("EBUSY");
    checkWritable(parent);
    if (found === undefined) throw sysError("ENOENT");
    return andThen(checkRemovable(caller, parent, found), () => {
      if (!found.isDirectory) throw sysError("ENOTDIR");
      if (isBusy(found)) throw sysError("EBUSY");
      askName(namespace, "remove", parent, name);
      return andThen(parent.inode.rmdir(name), () => {
        found.mount.moved?.delete(found.inode.ino);
        namespace.changedName("delete", parent, name);
      });
    });
  });
}
