// stat(2), access(2), chmod(2), chown(2), utimensat(2), truncate(2), statfs(2), readlink(2).

import {
  andThen,
  F_OK,
  type MaybePromise,
  S_IFDIR,
  S_IFLNK,
  S_IFREG,
  S_ISGID,
  S_ISUID,
  type Stat,
  type StatFs,
  sysError,
  W_OK,
} from "../abi/index.ts";
import type { Caller, Dentry } from "../dentry.ts";
import type { Ownership, SetAttr } from "../inode.ts";
import type { MountNamespace } from "../mount-namespace.ts";
import { allows, isMember, ownershipOf, require } from "../permission.ts";
import { ask, checkWritable, existing, maybeExisting } from "./resolve.ts";

export function stat(
  namespace: MountNamespace,
  caller: Caller,
  path: string,
  last: "follow" | "nofollow",
): MaybePromise<Stat> {
  const found = existing(caller, path, last);
  if (found instanceof Promise) return found.then((dentry) => statOf(namespace, dentry));
  return statOf(namespace, found);
}

function statOf(namespace: MountNamespace, dentry: Dentry): MaybePromise<Stat> {
  ask(namespace, "stat", dentry);
  return dentry.inode.getattr();
}

export function statIfExists(
  namespace: MountNamespace,
  caller: Caller,
  path: string,
  last: "follow" | "nofollow",
): MaybePromise<Stat | undefined> {
  return andThen(maybeExisting(caller, path, last), (dentry) => dentry && statOf(namespace, dentry));
}

/** access(2) with the caller's ids as given: pass real ids for access, effective ones for eaccess. */
export function access(
  namespace: MountNamespace,
  caller: Caller,
  path: string,
  mask: number,
): MaybePromise<void> {
  return andThen(existing(caller, path, "follow"), (dentry) => {
    ask(namespace, mask & W_OK ? "write" : "stat", dentry);
    if (mask === F_OK) return;
    return andThen(ownershipOf(dentry.inode), (node) => {
      if (mask & W_OK && dentry.mount.isReadOnly && isStored(dentry)) throw sysError("EROFS");
      if (!allows(caller, node, mask)) throw sysError("EACCES");
    });
  });
}

/** Whether writing to it changes the file system: not for devices and FIFOs. */
function isStored({ inode }: Dentry): boolean {
  return inode.type === S_IFREG || inode.type === S_IFDIR || inode.type === S_IFLNK;
}

export function readlink(namespace: MountNamespace, caller: Caller, path: string): MaybePromise<string> {
  return andThen(existing(caller, path, "nofollow"), (dentry) => {
    if (dentry.inode.type !== S_IFLNK) throw sysError("EINVAL");
    ask(namespace, "stat", dentry);
    return dentry.inode.readlink(caller);
  });
}

export function statfs(namespace: MountNamespace, caller: Caller, path: string): MaybePromise<StatFs> {
  return andThen(existing(caller, path, "follow"), (dentry) => {
    ask(namespace, "stat", dentry);
    return dentry.mount.fs.statfs();
  });
}

function change(namespace: MountNamespace, dentry: Dentry, attributes: SetAttr): MaybePromise<void> {
  return andThen(dentry.inode.setattr(attributes), () => {
    namespace.changed(attributes.size === undefined ? "attrib" : "modify", dentry);
  });
}

/** @throws EPERM only the owner and root may · EROFS */
export function chmod(
  namespace: MountNamespace,
  caller: Caller,
  dentry: Dentry,
  mode: number,
): MaybePromise<void> {
  checkWritable(dentry);
  if (dentry.inode.type === S_IFLNK) throw sysError("EOPNOTSUPP");
  return andThen(ownershipOf(dentry.inode), (node) => {
    if (caller.uid !== 0 && caller.uid !== node.uid) throw sysError("EPERM");
    ask(namespace, "write", dentry);
    const losesGroupBit = caller.uid !== 0 && !isMember(caller, node.gid);
    return change(namespace, dentry, { mode: losesGroupBit ? mode & ~S_ISGID : mode });
  });
}

/** `uid` or `gid` of -1 stays. @throws EPERM · EROFS */
export function chown(
  namespace: MountNamespace,
  caller: Caller,
  dentry: Dentry,
  uid: number,
  gid: number,
): MaybePromise<void> {
  checkWritable(dentry);
  return andThen(ownershipOf(dentry.inode), (node) => {
    const owner = uid === -1 ? node.uid : uid;
    const group = gid === -1 ? node.gid : gid;
    if (!mayChown(caller, node, uid, gid)) throw sysError("EPERM");
    ask(namespace, "write", dentry);
    return change(namespace, dentry, { uid: owner, gid: group, mode: modeAfterChown(dentry, node) });
  });
}

/** An owner may change the group to another one of its own; only root may change the owner. */
function mayChown(caller: Caller, node: Ownership, uid: number, gid: number): boolean {
  if (caller.uid === 0) return true;
  if (uid !== -1 && (uid !== node.uid || caller.uid !== node.uid)) return false;
  return gid === -1 || (caller.uid === node.uid && (gid === node.gid || isMember(caller, gid)));
}

/** As on Linux, set-id bits are cleared when the owner changes, even by root. */
function modeAfterChown({ inode }: Dentry, { mode }: Ownership): number | undefined {
  if (inode.type !== S_IFREG || (mode & (S_ISUID | S_ISGID)) === 0) return undefined;
  const dropsGroupBit = (mode & 0o010) !== 0;
  return mode & ~(S_ISUID | (dropsGroupBit ? S_ISGID : 0)) & 0o7777;
}

/** A time to set in nanoseconds; "now"; or undefined to leave it. */
export type NewTime = bigint | "now" | undefined;

/** @throws EACCES no write permission for "now" · EPERM not the owner · EROFS */
export function utimes(
  namespace: MountNamespace,
  caller: Caller,
  dentry: Dentry,
  atime: NewTime,
  mtime: NewTime,
): MaybePromise<void> {
  if (atime === undefined && mtime === undefined) return;
  checkWritable(dentry);
  return andThen(ownershipOf(dentry.inode), (node) => {
    if (caller.uid !== 0 && caller.uid !== node.uid) {
      if (atime !== "now" || mtime !== "now") throw sysError("EPERM");
      if (!allows(caller, node, W_OK)) throw sysError("EACCES");
    }
    ask(namespace, "write", dentry);
    const time = atime === "now" || mtime === "now" ? namespace.clock() : 0n;
    const atimeNs = atime === "now" ? time : atime;
    const mtimeNs = mtime === "now" ? time : mtime;
    return change(namespace, dentry, { atimeNs, mtimeNs });
  });
}

/** @throws EISDIR · EINVAL not a regular file, or a negative size · EACCES · EROFS · EFBIG */
export function truncate(
  namespace: MountNamespace,
  caller: Caller,
  path: string,
  size: number,
): MaybePromise<void> {
  if (!(size >= 0)) throw sysError("EINVAL");
  return andThen(existing(caller, path, "follow"), (dentry) => {
    if (dentry.isDirectory) throw sysError("EISDIR");
    if (dentry.inode.type !== S_IFREG) throw sysError("EINVAL");
    checkWritable(dentry);
    return andThen(require(caller, dentry.inode, W_OK), () => {
      ask(namespace, "write", dentry);
      return change(namespace, dentry, { size });
    });
  });
}
