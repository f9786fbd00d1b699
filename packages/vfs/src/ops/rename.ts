// rename(2), renameat2(2). Source for the order of errors: Linux fs/namei.c do_renameat2(), vfs_rename().

import {
  andThen,
  type MaybePromise,
  RENAME_EXCHANGE,
  RENAME_NOREPLACE,
  sysError,
  W_OK,
} from "../abi/index.ts";
import { type Caller, Dentry, isSamePlace } from "../dentry.ts";
import type { MountNamespace } from "../mount-namespace.ts";
import { current } from "../mounts.ts";
import { require, requireWritableDirectory } from "../permission.ts";
import type { Walk } from "../walk.ts";
import { checkRemovable, isBusy } from "./remove.ts";
import { askName, checkWritable, reached } from "./resolve.ts";

export function rename(
  namespace: MountNamespace,
  caller: Caller,
  from: string,
  to: string,
  flags: number,
): MaybePromise<void> {
  const exchanges = (flags & RENAME_EXCHANGE) !== 0;
  if (flags & ~(RENAME_NOREPLACE | RENAME_EXCHANGE)) throw sysError("EINVAL");
  if (exchanges && flags & RENAME_NOREPLACE) throw sysError("EINVAL");
  return andThen(reached(caller, from, "name"), (source) =>
    andThen(reached(caller, to, "name"), (target) => {
      checkPlaces(source, target, flags);
      const moved = source.found!;
      if (target.found && isSameFile(moved, target.found)) return;
      return andThen(checkPermissions(caller, source, target, exchanges), () => {
        if (isBusy(moved) || (target.found && isBusy(target.found))) throw sysError("EBUSY");
        askName(namespace, "remove", source.parent, source.name);
        askName(namespace, "create", target.parent, target.name);
        return move(namespace, source, target, flags);
      });
    }),
  );
}

const isSameFile = (a: Dentry, b: Dentry): boolean =>
  a.inode.fs === b.inode.fs && a.inode.ino === b.inode.ino;

/** What Linux checks before any permissions. */
function checkPlaces(source: Walk, target: Walk, flags: number): void {
  const moved = source.found;
  const replaced = target.found;
  if (source.parent.mount !== target.parent.mount) throw sysError("EXDEV");
  if (source.name === "") throw sysError("EBUSY");
  if (target.name === "") throw sysError(flags & RENAME_NOREPLACE ? "EEXIST" : "EBUSY");
  checkWritable(source.parent);
  if (moved === undefined) throw sysError("ENOENT");
  if (replaced && flags & RENAME_NOREPLACE) throw sysError("EEXIST");
  if (replaced === undefined && flags & RENAME_EXCHANGE) throw sysError("ENOENT");
  if (!moved.isDirectory && (source.trailingSlash || (target.trailingSlash && !(flags & RENAME_EXCHANGE)))) {
    throw sysError("ENOTDIR");
  }
  if (replaced && !replaced.isDirectory && flags & RENAME_EXCHANGE && target.trailingSlash)
    throw sysError("ENOTDIR");
  if (isWithin(target.parent, moved)) throw sysError("EINVAL");
  if (replaced && isWithin(source.parent, replaced)) {
    throw sysError(flags & RENAME_EXCHANGE ? "EINVAL" : "ENOTEMPTY");
  }
}

/** Whether `place` is `directory` or lies below it, in the same mount. */
function isWithin(place: Dentry, directory: Dentry): boolean {
  if (!directory.isDirectory) return false;
  for (let at: Dentry | undefined = place; at; at = current(at).parent)
    if (isSamePlace(at, directory)) return true;
  return false;
}

function checkPermissions(
  caller: Caller,
  source: Walk,
  target: Walk,
  exchanges: boolean,
): MaybePromise<void> {
  const moved = source.found!;
  const replaced = target.found;
  return andThen(checkRemovable(caller, source.parent, moved), () =>
    andThen(checkTarget(caller, target), () => {
      if (replaced && !exchanges) checkTypes(moved, replaced);
      if (isSamePlace(source.parent, target.parent)) return;
      return andThen(checkDotDot(caller, moved), () => {
        if (exchanges && replaced) return checkDotDot(caller, replaced);
      });
    }),
  );
}

function checkTarget(caller: Caller, target: Walk): MaybePromise<void> {
  if (target.found) return checkRemovable(caller, target.parent, target.found);
  return andThen(requireWritableDirectory(caller, target.parent.inode), () => undefined);
}

function checkTypes(moved: Dentry, replaced: Dentry): void {
  if (moved.isDirectory && !replaced.isDirectory) throw sysError("ENOTDIR");
  if (!moved.isDirectory && replaced.isDirectory) throw sysError("EISDIR");
}

/** Moving a directory to another parent changes its "..", which requires write permission. @throws EACCES */
function checkDotDot(caller: Caller, moved: Dentry): MaybePromise<void> {
  if (moved.isDirectory) return andThen(require(caller, moved.inode, W_OK), () => undefined);
}

function move(namespace: MountNamespace, source: Walk, target: Walk, flags: number): MaybePromise<void> {
  const moved = source.found!;
  const replaced = target.found;
  const from = namespace.hasWatchers ? namespace.pathOf(moved) : undefined;
  const done = source.parent.inode.rename(source.name, target.parent.inode, target.name, flags);
  return andThen(done, () => {
    if (replaced?.isDirectory) replaced.mount.moved?.delete(replaced.inode.ino);
    if (moved.isDirectory) settle(moved, target);
    if (flags & RENAME_EXCHANGE && replaced?.isDirectory) settle(replaced, source);
    namespace.changedName("move", target.parent, target.name, from);
  });
}

/** Records a directory's new place, for dentries made before. */
function settle(directory: Dentry, { parent, name }: Walk): void {
  const { mount, inode } = directory;
  (mount.moved ??= new Map()).set(inode.ino, new Dentry(mount, inode, parent, name));
}
