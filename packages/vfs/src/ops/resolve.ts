// The first half of every operation on paths: walk, and turn the result into what the operation needs.

import { andThen, type ErrnoCode, type MaybePromise, sysError } from "../abi/index.ts";
import type { Caller, Dentry } from "../dentry.ts";
import type { MountNamespace } from "../mount-namespace.ts";
import { type LastStep, type Walk, walk } from "../walk.ts";

/** The kinds of access that a policy decides about. It sees the place reached, with all links followed. */
export type FsAccess = "stat" | "read" | "list" | "write" | "create" | "remove";

/** Throws a SyscallError (EACCES, EPERM) to forbid. `path` is absolute in the namespace. */
export type FsPolicy = (access: FsAccess, path: string) => void;

/** @throws ENOENT and every other failure of path resolution */
export function existing(caller: Caller, path: string, last: "follow" | "nofollow"): MaybePromise<Dentry> {
  return andThen(walk(caller, path, last), foundOf);
}

function foundOf(walked: Walk): Dentry {
  if (walked.error) throw sysError(walked.error);
  if (walked.found === undefined) throw sysError("ENOENT");
  return walked.found;
}

/** A walk that reached its last component, whether or not that exists. */
export function reached(caller: Caller, path: string, last: LastStep, creates = false): MaybePromise<Walk> {
  return andThen(walk(caller, path, last, creates), (walked) => {
    if (walked.error) throw sysError(walked.error);
    return walked;
  });
}

/** As `existing`, but undefined if there is nothing. */
export function maybeExisting(
  caller: Caller,
  path: string,
  last: "follow" | "nofollow",
): MaybePromise<Dentry | undefined> {
  return andThen(walk(caller, path, last), (walked) => {
    if (walked.error && !isMiss(walked.error)) throw sysError(walked.error);
    return walked.found;
  });
}

const isMiss = (error: ErrnoCode): boolean => error === "ENOENT" || error === "ENOTDIR";

/** Asks the policy, if there is one, about an existing place. */
export function ask(namespace: MountNamespace, access: FsAccess, dentry: Dentry): void {
  if (namespace.policy) namespace.policy(access, namespace.pathOf(dentry));
}

/** Asks the policy about a name in a directory. */
export function askName(namespace: MountNamespace, access: FsAccess, parent: Dentry, name: string): void {
  if (namespace.policy) namespace.policy(access, joinPath(namespace.pathOf(parent), name));
}

export function joinPath(directory: string, name: string): string {
  return directory === "/" ? `/${name}` : `${directory}/${name}`;
}

/** @throws EROFS */
export function checkWritable(dentry: Dentry): void {
  if (dentry.mount.isReadOnly) throw sysError("EROFS");
}
