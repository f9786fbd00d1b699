// Source: Linux fs/namei.c acl_permission_check() and may_delete(), path_resolution(7).

import {
  andThen,
  F_OK,
  type MaybePromise,
  S_IFDIR,
  S_IFMT,
  S_ISGID,
  S_ISVTX,
  sysError,
  W_OK,
  X_OK,
} from "./abi/index.ts";
import type { Caller } from "./dentry.ts";
import type { Inode, NewNode, Ownership } from "./inode.ts";

export function ownershipOf(inode: Inode): MaybePromise<Ownership> {
  return inode.peek ? inode.peek() : inode.getattr();
}

export function isMember(caller: Caller, gid: number): boolean {
  return caller.gid === gid || caller.groups.includes(gid);
}

/**
 * Whether `caller` has all permissions in `mask` (R_OK, W_OK, X_OK). Root has all, except to execute what nobody may
 * execute.
 */
export function allows(caller: Caller, node: Ownership, mask: number): boolean {
  if (mask === F_OK) return true;
  if (caller.uid === 0) {
    return (mask & X_OK) === 0 || (node.mode & S_IFMT) === S_IFDIR || (node.mode & 0o111) !== 0;
  }
  const shift = caller.uid === node.uid ? 6 : isMember(caller, node.gid) ? 3 : 0;
  return ((node.mode >> shift) & mask) === mask;
}

/** @throws EACCES */
export function require(caller: Caller, inode: Inode, mask: number): MaybePromise<Ownership> {
  return andThen(ownershipOf(inode), (node) => {
    if (!allows(caller, node, mask)) throw sysError("EACCES");
    return node;
  });
}

/** Requires that `caller` may add and remove names in the directory. @throws EACCES */
export function requireWritableDirectory(caller: Caller, directory: Inode): MaybePromise<Ownership> {
  return require(caller, directory, W_OK | X_OK);
}

/** In a sticky directory only root and the owners of file and directory may remove or rename. @throws EPERM */
export function checkSticky(caller: Caller, directory: Ownership, victim: Ownership): void {
  if ((directory.mode & S_ISVTX) === 0 || caller.uid === 0) return;
  if (caller.uid !== victim.uid && caller.uid !== directory.uid) throw sysError("EPERM");
}

/**
 * The attributes of a new inode in `directory`: after the umask, with group and setgid bit inherited from a setgid
 * directory.
 */
export function newNode(caller: Caller, directory: Ownership, mode: number): NewNode {
  const inherits = (directory.mode & S_ISGID) !== 0;
  const keepsBit = inherits && (mode & S_IFMT) === S_IFDIR;
  return {
    mode: (mode & ~caller.umask) | (keepsBit ? S_ISGID : 0),
    uid: caller.uid,
    gid: inherits ? directory.gid : caller.gid,
  };
}
