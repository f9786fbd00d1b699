// Changes to directories: adding and removing names, with the link counts and times that follow from it. A directory's
// nlink is 2 plus its subdirectories, as on ext4 and tmpfs.

import { RENAME_EXCHANGE, RENAME_NOREPLACE, S_IFDIR, S_IFMT, sysError } from "../../abi/index.ts";
import type { MemoryFs } from "./memory-fs.ts";
import type { MemoryInode } from "./memory-inode.ts";
import type { MemoryTree } from "./memory-tree.ts";
import { Directory, type FileRecord } from "./record.ts";

const isDirectory = (record: FileRecord): boolean => (record.mode & S_IFMT) === S_IFDIR;

function entriesOf(dir: MemoryInode): Map<string, number> {
  return dir.record().directory.entries;
}

/** @throws EEXIST · ENOENT the directory itself has been removed */
export function checkFree(dir: MemoryInode, name: string): void {
  const record = dir.record();
  if (record.nlink === 0) throw sysError("ENOENT");
  if (record.directory.entries.has(name)) throw sysError("EEXIST");
}

/** The directory's own record and entries, ready to be changed. */
function change(fs: MemoryFs, dir: MemoryInode): { record: FileRecord; entries: Map<string, number> } {
  const record = dir.own();
  const { entries } = ownDirectory(fs, record);
  record.mtimeNs = record.ctimeNs = fs.clock();
  return { record, entries };
}

function ownDirectory(fs: MemoryFs, record: FileRecord): Directory {
  const body = record.directory;
  if (body.epoch === fs.epoch) return body;
  const own = new Directory(fs.epoch, body.parent, new Map(body.entries));
  record.body = own;
  return own;
}

/** Adds a name for `child` (this epoch's own record) to `dir`. */
export function insert(fs: MemoryFs, dir: MemoryInode, name: string, child: FileRecord): void {
  const { record, entries } = change(fs, dir);
  entries.set(name, child.ino);
  child.nlink++;
  if (isDirectory(child)) record.nlink++;
}

function find(fs: MemoryFs, dir: MemoryInode, name: string): FileRecord | undefined {
  const ino = entriesOf(dir).get(name);
  return ino === undefined ? undefined : fs.table.get(ino);
}

export function unlink(fs: MemoryFs, dir: MemoryInode, name: string): void {
  const found = find(fs, dir, name);
  if (found === undefined) throw sysError("ENOENT");
  if (isDirectory(found)) throw sysError("EISDIR");
  change(fs, dir).entries.delete(name);
  loseName(fs, found);
}

function loseName(fs: MemoryFs, found: FileRecord): void {
  const child = fs.own(found);
  child.nlink--;
  child.ctimeNs = fs.clock();
  if (child.nlink === 0) fs.unnamed(child);
}

export function rmdir(fs: MemoryFs, dir: MemoryInode, name: string): void {
  const found = find(fs, dir, name);
  if (found === undefined) throw sysError("ENOENT");
  if (!isDirectory(found)) throw sysError("ENOTDIR");
  if (found.directory.entries.size > 0) throw sysError("ENOTEMPTY");
  const { record, entries } = change(fs, dir);
  entries.delete(name);
  record.nlink--;
  dropDirectory(fs, found);
}

function dropDirectory(fs: MemoryFs, found: FileRecord): void {
  const child = fs.own(found);
  child.nlink = 0;
  fs.unnamed(child);
}

/** Whether `dir` is `ancestor` or lies below it. */
export function isWithin(fs: MemoryTree, dir: number, ancestor: number): boolean {
  for (let ino = dir; ; ) {
    if (ino === ancestor) return true;
    const { parent } = fs.table.get(ino)!.directory;
    if (parent === ino) return false;
    ino = parent;
  }
}

export function rename(
  fs: MemoryFs,
  from: MemoryInode,
  name: string,
  to: MemoryInode,
  newName: string,
  flags: number,
): void {
  const moved = find(fs, from, name);
  if (moved === undefined || to.record().nlink === 0) throw sysError("ENOENT");
  const target = find(fs, to, newName);
  if (target && flags & RENAME_NOREPLACE) throw sysError("EEXIST");
  if (isDirectory(moved) && isWithin(fs, to.ino, moved.ino)) throw sysError("EINVAL");
  if (target && isDirectory(target) && isWithin(fs, from.ino, target.ino)) {
    throw sysError(flags & RENAME_EXCHANGE ? "EINVAL" : "ENOTEMPTY");
  }
  if (flags & RENAME_EXCHANGE) {
    if (target === undefined) throw sysError("ENOENT");
    if (target.ino !== moved.ino) exchange(fs, from, name, moved, to, newName, target);
    return;
  }
  if (target) {
    if (target.ino === moved.ino) return;
    checkReplaceable(moved, target);
  }
  replace(fs, from, name, moved, to, newName, target);
}

function checkReplaceable(moved: FileRecord, target: FileRecord): void {
  if (isDirectory(moved)) {
    if (!isDirectory(target)) throw sysError("ENOTDIR");
    if (target.directory.entries.size > 0) throw sysError("ENOTEMPTY");
  } else if (isDirectory(target)) {
    throw sysError("EISDIR");
  }
}

function replace(
  fs: MemoryFs,
  from: MemoryInode,
  name: string,
  moved: FileRecord,
  to: MemoryInode,
  newName: string,
  target: FileRecord | undefined,
): void {
  const source = change(fs, from);
  source.entries.delete(name);
  const destination = change(fs, to);
  destination.entries.set(newName, moved.ino);
  if (isDirectory(moved)) {
    source.record.nlink--;
    if (target === undefined) destination.record.nlink++;
    else dropDirectory(fs, target);
  } else if (target) {
    loseName(fs, target);
  }
  arrive(fs, moved, to.ino);
}

/** The moved inode's change time, and a moved directory's "..". */
function arrive(fs: MemoryFs, moved: FileRecord, parent: number): void {
  const record = fs.own(moved);
  record.ctimeNs = fs.clock();
  if (isDirectory(record)) ownDirectory(fs, record).parent = parent;
}

function exchange(
  fs: MemoryFs,
  from: MemoryInode,
  name: string,
  moved: FileRecord,
  to: MemoryInode,
  newName: string,
  target: FileRecord,
): void {
  const source = change(fs, from);
  const destination = change(fs, to);
  source.entries.set(name, target.ino);
  destination.entries.set(newName, moved.ino);
  const shift = Number(isDirectory(target)) - Number(isDirectory(moved));
  source.record.nlink += shift;
  destination.record.nlink -= shift;
  arrive(fs, moved, to.ino);
  arrive(fs, target, from.ino);
}
