// What a file system stacked on the memory engine needs beyond the Inode contract: tags, and setting names and content
// without touching times.

import type { Stat } from "../../abi/index.ts";
import { S_IFDIR, S_IFMT } from "../../abi/index.ts";
import { Content } from "./content.ts";
import type { MemoryFs } from "./memory-fs.ts";
import { MemoryInode } from "./memory-inode.ts";
import { Directory, type FileRecord } from "./record.ts";

export function setTag(inode: MemoryInode, tag: unknown): void {
  inode.own().tag = tag;
}

/** A new inode with the attributes of `stat`, which nothing names yet. `content` is shared, not copied. */
export function createLike(fs: MemoryFs, stat: Stat, target: string | undefined): MemoryInode {
  const isDirectory = (stat.mode & S_IFMT) === S_IFDIR;
  const body = isDirectory ? new Directory(fs.epoch, 0, new Map()) : target;
  const record = fs.create({ mode: stat.mode, uid: stat.uid, gid: stat.gid }, body);
  record.nlink = isDirectory ? 2 : stat.nlink;
  record.rdev = stat.rdev;
  if (target !== undefined) record.size = stat.size;
  record.atimeNs = stat.atimeNs;
  record.mtimeNs = stat.mtimeNs;
  record.ctimeNs = stat.ctimeNs;
  record.birthtimeNs = stat.birthtimeNs;
  return new MemoryInode(fs, record);
}

/** Gives `inode` the bytes of a file of an immutable tree: its pages are shared until written. @throws ENOSPC */
export function shareContent(fs: MemoryFs, inode: MemoryInode, source: MemoryInode): void {
  const from = source.record();
  const record = inode.own();
  fs.allocate(record, from.blocks);
  record.size = from.size;
  record.body = from.body;
}

/** Puts bytes into a new file without touching its times. @throws ENOSPC */
export function fillContent(fs: MemoryFs, inode: MemoryInode, bytes: Uint8Array, offset: number): void {
  const record = inode.own();
  const content = record.content ?? new Content(fs.epoch);
  fs.allocate(record, content.blocksNeeded(offset, bytes.length));
  content.write(bytes, offset);
  record.body = content;
}

export function setSize(inode: MemoryInode, size: number): void {
  inode.own().size = size;
}

/** Adds a name for an inode whose link count already includes it. */
export function placeName(fs: MemoryFs, directory: MemoryInode, name: string, child: MemoryInode): void {
  const record = directory.own();
  ownEntries(fs, record).set(name, child.ino);
  if (child.type !== S_IFDIR) return;
  record.nlink++;
  child.own().directory.parent = directory.ino;
}

function ownEntries(fs: MemoryFs, record: FileRecord): Map<string, number> {
  const body = record.directory;
  if (body.epoch === fs.epoch) return body.entries;
  const own = new Directory(fs.epoch, body.parent, new Map(body.entries));
  record.body = own;
  return own.entries;
}

/** Accounts for the loss of a name that was not in this tree. */
export function loseForeignName(fs: MemoryFs, inode: MemoryInode): void {
  const record = inode.own();
  record.nlink--;
  record.ctimeNs = fs.clock();
  if (record.nlink === 0) fs.unnamed(record);
}
