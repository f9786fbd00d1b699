// Copy-up: before its first change, a lower inode gets a counterpart in the upper. Attributes and inode number stay
// the same, parent directories are copied up too, and the bytes of memory layers are shared rather than copied.

import { S_IFDIR, S_IFLNK, S_IFREG, sysError } from "../../abi/index.ts";
import type { Inode } from "../../inode.ts";
import type { MemoryFs } from "../memory/memory-fs.ts";
import { MemoryInode } from "../memory/memory-inode.ts";
import { createLike, fillContent, placeName, setSize, setTag, shareContent } from "../memory/stacking.ts";
import { atOnce } from "./at-once.ts";
import type { OverlayTag } from "./merge.ts";
import type { OverlayInode } from "./overlay-inode.ts";

const CHUNK = 1 << 16;

/** The upper inode of `inode`, which is made if necessary. @throws EROFS · ENOSPC · ENOENT a removed directory */
export function copyUp(inode: OverlayInode, withData: boolean): MemoryInode {
  const { fs } = inode;
  const existing = inode.upper;
  if (existing) return existing;
  const upperFs = fs.writableUpper();
  const isRemoved = fs.removed.has(inode.ino);
  if (isRemoved && inode.type === S_IFDIR) throw sysError("ENOENT");
  const directory = isRemoved ? undefined : copyUp(inode.parent!, false);
  const upper = makeCopy(upperFs, inode, withData);
  const tag: OverlayTag = { ino: inode.ino };
  setTag(upper, tag);
  if (directory) placeName(upperFs, directory, inode.name, upper);
  else upperFs.awaitName(upper.ino);
  fs.copied.set(inode.ino, upper.ino);
  if (inode.type !== S_IFDIR && upper.record().nlink > 1) fs.links.set(inode.ino, upper.ino);
  return upper;
}

function makeCopy(fs: MemoryFs, inode: OverlayInode, withData: boolean): MemoryInode {
  const lower = inode.lower!;
  const stat = atOnce(lower.getattr());
  const target = inode.type === S_IFLNK ? atOnce(lower.readlink()) : undefined;
  const upper = createLike(fs, inode.isRemoved ? { ...stat, nlink: 0 } : stat, target);
  if (!withData || inode.type !== S_IFREG || stat.size === 0) return upper;
  try {
    if (lower instanceof MemoryInode && lower.fs.readOnly) shareContent(fs, upper, lower);
    else copyBytes(fs, lower, upper, stat.size);
  } catch (error) {
    fs.unnamed(upper.own());
    throw error;
  }
  return upper;
}

function copyBytes(fs: MemoryFs, lower: Inode, upper: MemoryInode, size: number): void {
  const handle = atOnce(lower.open(0));
  const chunk = new Uint8Array(Math.min(size, CHUNK));
  for (let offset = 0; offset < size; ) {
    const count = atOnce(handle.read(chunk, offset));
    if (count === 0) break;
    fillContent(fs, upper, chunk.subarray(0, count), offset);
    offset += count;
  }
  setSize(upper, size);
  atOnce(handle.release());
}

/** As `copyUp`; the upper then also has an entry for the name by which `inode` was reached. */
export function materialize(inode: OverlayInode, directory: OverlayInode, name: string): MemoryInode {
  const upperDirectory = copyUp(directory, false);
  const upper = copyUp(inode, true);
  if (upperDirectory.lookup(name) === undefined)
    placeName(inode.fs.writableUpper(), upperDirectory, name, upper);
  return upper;
}
