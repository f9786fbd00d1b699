// Changes to merged directories: creating over whiteouts, removing by whiteouts, renaming.

import { RENAME_EXCHANGE, RENAME_NOREPLACE, S_IFCHR, S_IFDIR, sysError } from "../../abi/index.ts";
import { isWithin } from "../memory/directory.ts";
import type { MemoryFs } from "../memory/memory-fs.ts";
import type { MemoryInode } from "../memory/memory-inode.ts";
import { loseForeignName, setTag } from "../memory/stacking.ts";
import { atOnce } from "./at-once.ts";
import { copyUp, materialize } from "./copy-up.ts";
import { isWhiteout, lowerLookup, type OverlayTag, tagOf, wrapUpper } from "./merge.ts";
import type { OverlayInode } from "./overlay-inode.ts";

const WHITEOUT = { mode: S_IFCHR, uid: 0, gid: 0 };

/** Makes an upper inode at a free name. @throws EEXIST · ENOENT the directory has been removed */
export function create(
  directory: OverlayInode,
  name: string,
  make: (upper: MemoryInode) => MemoryInode,
): OverlayInode {
  directory.fs.writableUpper();
  if (directory.lookup(name)) throw sysError("EEXIST");
  const upper = copyUp(directory, false);
  const wasHidden = dropWhiteout(upper, name);
  try {
    const made = make(upper);
    directory.fs.forget(directory.ino, name);
    return wrapUpper(directory, made, name);
  } catch (error) {
    if (wasHidden) upper.mknod(name, WHITEOUT);
    throw error;
  }
}

function dropWhiteout(directory: MemoryInode, name: string): boolean {
  const there = directory.lookup(name);
  if (there === undefined || !isWhiteout(there)) return false;
  directory.unlink(name);
  return true;
}

/** Hides what the lowers have at `name`, if anything. */
function hide(directory: OverlayInode, upper: MemoryInode, name: string): void {
  if (lowerLookup(directory.lowers, name)) upper.mknod(name, WHITEOUT);
  directory.fs.forget(directory.ino, name);
}

export function unlink(directory: OverlayInode, name: string): void {
  const fs = directory.fs.writableUpper();
  const found = directory.lookup(name);
  if (found === undefined) throw sysError("ENOENT");
  if (found.type === S_IFDIR) throw sysError("EISDIR");
  const upperDirectory = copyUp(directory, false);
  removeFile(fs, upperDirectory, found, name);
  hide(directory, upperDirectory, name);
}

function removeFile(fs: MemoryFs, directory: MemoryInode, found: OverlayInode, name: string): void {
  const isLowerOnly = found.upper === undefined;
  if (isLowerOnly && atOnce(found.lower!.getattr()).nlink === 1) {
    found.fs.removed.add(found.ino);
    touch(fs, directory);
    return;
  }
  const upper = copyUp(found, true);
  if (directory.lookup(name)) directory.unlink(name);
  else loseForeignName(fs, upper);
  if (upper.record().nlink === 0) {
    if (tagOf(upper).ino !== undefined) found.fs.removed.add(found.ino);
    found.fs.links.delete(found.ino);
  }
}

function touch(fs: MemoryFs, directory: MemoryInode): void {
  directory.setattr({ mtimeNs: fs.clock() });
}

export function rmdir(directory: OverlayInode, name: string): void {
  const fs = directory.fs.writableUpper();
  const found = directory.lookup(name);
  if (found === undefined) throw sysError("ENOENT");
  if (found.type !== S_IFDIR) throw sysError("ENOTDIR");
  if (!isEmpty(found)) throw sysError("ENOTEMPTY");
  const upperDirectory = copyUp(directory, false);
  const { upper } = found;
  if (upper) {
    for (const entry of upper.readdir()) upper.unlink(entry.name);
    upperDirectory.rmdir(name);
  } else {
    touch(fs, upperDirectory);
  }
  if (found.lowers.length > 0) found.fs.removed.add(found.ino);
  hide(directory, upperDirectory, name);
}

export function rename(
  from: OverlayInode,
  name: string,
  to: OverlayInode,
  newName: string,
  flags: number,
): void {
  from.fs.writableUpper();
  const moved = from.lookup(name);
  const target = to.lookup(newName);
  if (moved === undefined) throw sysError("ENOENT");
  if (target && flags & RENAME_NOREPLACE) throw sysError("EEXIST");
  if (flags & RENAME_EXCHANGE && target === undefined) throw sysError("ENOENT");
  if (target?.ino === moved.ino) return;
  const upperFrom = copyUp(from, false);
  const upperTo = copyUp(to, false);
  if (flags & RENAME_EXCHANGE) {
    for (const [inode, directory, old] of [
      [moved, from, name],
      [target!, to, newName],
    ] as const) {
      settle(inode, materialize(inode, directory, old));
    }
    upperFrom.rename(name, upperTo, newName, RENAME_EXCHANGE);
  } else {
    if (target) checkReplaceable(moved, target);
    const upper = materialize(moved, from, name);
    if (moved.type === S_IFDIR && isWithin(upper.fs, upperTo.ino, upper.ino)) throw sysError("EINVAL");
    settle(moved, upper);
    if (target) remove(to, target, newName);
    dropWhiteout(upperTo, newName);
    upperFrom.rename(name, upperTo, newName);
    hide(from, upperFrom, name);
  }
  from.fs.forget(from.ino, name);
  to.fs.forget(to.ino, newName);
}

function checkReplaceable(moved: OverlayInode, target: OverlayInode): void {
  if (moved.type === S_IFDIR) {
    if (target.type !== S_IFDIR) throw sysError("ENOTDIR");
    if (!isEmpty(target)) throw sysError("ENOTEMPTY");
  } else if (target.type === S_IFDIR) {
    throw sysError("EISDIR");
  }
}

function remove(directory: OverlayInode, target: OverlayInode, name: string): void {
  if (target.type === S_IFDIR) rmdir(directory, name);
  else unlink(directory, name);
}

/** A directory that is about to move remembers what it merges now, whatever is below its new place. */
function settle(inode: OverlayInode, upper: MemoryInode): void {
  if (inode.type !== S_IFDIR) return;
  const tag: OverlayTag =
    inode.lowers.length > 0 ? { ...tagOf(upper), lowers: inode.lowers } : { ...tagOf(upper), opaque: true };
  setTag(upper, tag);
}

const isEmpty = (directory: OverlayInode): boolean => directory.entries().next().done === true;
