// The content of a merged directory: lookup and listing across the upper and the lowers.

import { type DirEntry, S_IFCHR, S_IFDIR } from "../../abi/index.ts";
import type { Inode } from "../../inode.ts";
import type { MemoryInode } from "../memory/memory-inode.ts";
import { atOnce } from "./at-once.ts";
import { OverlayInode } from "./overlay-inode.ts";

/** What the upper remembers about an inode. */
export interface OverlayTag {
  /** The overlay inode number, when it was copied up from a lower. */
  ino?: number;
  /** Whether the directory hides what lower directories of the same name hold. */
  opaque?: boolean;
  /** The lower directories that a renamed directory continues, whatever its name and place. */
  lowers?: readonly Inode[];
}

export const tagOf = (inode: MemoryInode): OverlayTag => (inode.record().tag as OverlayTag | undefined) ?? {};

export const isWhiteout = (inode: MemoryInode): boolean =>
  inode.type === S_IFCHR && inode.record().rdev === 0;

/** The directories called `name` in `lowers`, from the topmost down to where the name stands for something else. */
function lowerDirectories(lowers: readonly Inode[], name: string): Inode[] {
  const found: Inode[] = [];
  for (const lower of lowers) {
    const inode = atOnce(lower.lookup(name));
    if (inode === undefined) continue;
    if (inode.type !== S_IFDIR) break;
    found.push(inode);
  }
  return found;
}

/** What `name` stands for in the lowers alone. */
export function lowerLookup(lowers: readonly Inode[], name: string): Inode | undefined {
  for (const lower of lowers) {
    const inode = atOnce(lower.lookup(name));
    if (inode) return inode;
  }
  return undefined;
}

export function mergedLookup(
  directory: OverlayInode,
  upperDirectory: MemoryInode | undefined,
  name: string,
): OverlayInode | undefined {
  const { fs, lowers } = directory;
  const upper = upperDirectory?.lookup(name);
  if (upper) return isWhiteout(upper) ? undefined : wrapUpper(directory, upper, name);
  if (lowers.length === 0) return undefined;
  const lower = lowerLookup(lowers, name);
  if (lower === undefined) return undefined;
  const below = lower.type === S_IFDIR ? lowerDirectories(lowers, name) : [];
  const ino = fs.inoOfLower(lower.fs, lower.ino);
  const copy = fs.links.size > 0 && lower.type !== S_IFDIR ? fs.copyOf(ino) : undefined;
  return new OverlayInode(fs, ino, copy, below, lower, directory, name);
}

/** The overlay inode for an upper inode to which `name` leads. */
export function wrapUpper(directory: OverlayInode, upper: MemoryInode, name: string): OverlayInode {
  const tag = tagOf(upper);
  const ino = tag.ino ?? directory.fs.inoOfUpper(upper);
  let lowers: readonly Inode[] = [];
  if (upper.type === S_IFDIR) {
    if (tag.lowers) lowers = tag.lowers;
    else if (!tag.opaque && directory.lowers.length > 0) lowers = lowerDirectories(directory.lowers, name);
  }
  return new OverlayInode(directory.fs, ino, upper, lowers, undefined, directory, name);
}

export function* mergedEntries(
  directory: OverlayInode,
  upperDirectory: MemoryInode | undefined,
): IterableIterator<DirEntry> {
  const { fs, lowers } = directory;
  const seen = new Set<string>();
  for (const entry of upperDirectory?.entries() ?? []) {
    const { name, type } = entry;
    if (lowers.length > 0) seen.add(name);
    const record = fs.upper.table.get(entry.ino)!;
    if (type === S_IFCHR && record.rdev === 0) continue;
    yield { name, type, ino: (record.tag as OverlayTag | undefined)?.ino ?? fs.inoOfUpper(entry) };
  }
  const isSingle = lowers.length === 1 && seen.size === 0;
  for (const lower of lowers) {
    for (const { name, type, ino } of lower.entries?.() ?? atOnce(lower.readdir())) {
      if (!isSingle) {
        if (seen.has(name)) continue;
        seen.add(name);
      }
      yield { name, type, ino: fs.inoOfLower(lower.fs, ino) };
    }
  }
}
