// The changes of directories, each in one transaction. A directory's nlink is 2 plus its subdirectories.

import { RENAME_EXCHANGE, RENAME_NOREPLACE, S_IFMT, sysError } from "../../abi/index.ts";
import type { Node } from "./inode-table.ts";
import type { SqliteFs } from "./sqlite-fs.ts";

/** A name in a directory, whether or not anything has it. */
export interface Place {
  parent: Node;
  name: string;
}

export function find(fs: SqliteFs, dir: Node, name: string): Node | undefined {
  const ino = fs.entries.get(dir.ino, name);
  return ino === undefined ? undefined : fs.node(ino);
}

/** @throws EEXIST · ENOENT the directory itself has been removed */
export function checkFree(fs: SqliteFs, dir: Node, name: string): void {
  if (dir.attributes.nlink === 0) throw sysError("ENOENT");
  if (fs.entries.get(dir.ino, name) !== undefined) throw sysError("EEXIST");
}

function touch(fs: SqliteFs, dir: Node, links = 0): void {
  const time = fs.clock();
  fs.journal.change(dir, { mtimeNs: time, ctimeNs: time, nlink: dir.attributes.nlink + links });
}

function place(fs: SqliteFs, { parent, name }: Place, child: Node): void {
  fs.entries.put(parent.ino, name, child.ino, child.attributes.mode & S_IFMT);
}

/** Inside a transaction: names `child` in `dir`. */
export function insert(fs: SqliteFs, dir: Node, name: string, child: Node): void {
  place(fs, { parent: dir, name }, child);
  fs.journal.change(child, { nlink: child.attributes.nlink + 1 });
  touch(fs, dir, child.isDirectory ? 1 : 0);
}

export function unlink(fs: SqliteFs, dir: Node, name: string): void {
  const child = find(fs, dir, name);
  if (child === undefined) throw sysError("ENOENT");
  if (child.isDirectory) throw sysError("EISDIR");
  fs.journal.transaction(() => {
    fs.entries.delete(dir.ino, name);
    touch(fs, dir);
    loseName(fs, child);
  }, true);
  fs.forgetUnnamed(child);
}

/** A directory loses its only name, any other file one of its names. */
function loseName(fs: SqliteFs, child: Node): void {
  const nlink = child.isDirectory ? 0 : child.attributes.nlink - 1;
  fs.journal.change(child, { nlink, ctimeNs: fs.clock() });
  if (nlink === 0) fs.unnamed(child);
}

export function rmdir(fs: SqliteFs, dir: Node, name: string): void {
  const child = find(fs, dir, name);
  if (child === undefined) throw sysError("ENOENT");
  if (!child.isDirectory) throw sysError("ENOTDIR");
  if (!fs.entries.isEmpty(child.ino)) throw sysError("ENOTEMPTY");
  fs.journal.transaction(() => {
    fs.entries.delete(dir.ino, name);
    touch(fs, dir, -1);
    loseName(fs, child);
  }, true);
  fs.forgetUnnamed(child);
}

/** Whether `dir` is `ancestor` or lies below it. */
function isWithin(fs: SqliteFs, dir: Node, ancestor: Node): boolean {
  for (let at = dir; at.ino !== ancestor.ino; ) {
    const above = fs.node(at.attributes.parent);
    if (above === undefined || above.ino === at.ino) return false;
    at = above;
  }
  return true;
}

export function rename(fs: SqliteFs, from: Place, to: Place, flags: number): void {
  const moved = find(fs, from.parent, from.name);
  if (moved === undefined || to.parent.attributes.nlink === 0) throw sysError("ENOENT");
  const target = find(fs, to.parent, to.name);
  if (target && flags & RENAME_NOREPLACE) throw sysError("EEXIST");
  if (moved.isDirectory && isWithin(fs, to.parent, moved)) throw sysError("EINVAL");
  if (target?.isDirectory && isWithin(fs, from.parent, target)) {
    throw sysError(flags & RENAME_EXCHANGE ? "EINVAL" : "ENOTEMPTY");
  }
  if (flags & RENAME_EXCHANGE && target === undefined) throw sysError("ENOENT");
  if (target?.ino === moved.ino) return;
  if (target && flags & RENAME_EXCHANGE) exchange(fs, from, moved, to, target);
  else replace(fs, from, moved, to, target);
}

function checkReplaceable(fs: SqliteFs, moved: Node, target: Node): void {
  if (moved.isDirectory) {
    if (!target.isDirectory) throw sysError("ENOTDIR");
    if (!fs.entries.isEmpty(target.ino)) throw sysError("ENOTEMPTY");
  } else if (target.isDirectory) {
    throw sysError("EISDIR");
  }
}

function replace(fs: SqliteFs, from: Place, moved: Node, to: Place, target: Node | undefined): void {
  if (target) checkReplaceable(fs, moved, target);
  const arrives = moved.isDirectory ? 1 : 0;
  fs.journal.transaction(() => {
    fs.entries.delete(from.parent.ino, from.name);
    touch(fs, from.parent, -arrives);
    place(fs, to, moved);
    touch(fs, to.parent, target?.isDirectory ? 0 : arrives);
    if (target) loseName(fs, target);
    fs.journal.change(moved, { ctimeNs: fs.clock(), parent: to.parent.ino });
  }, target !== undefined);
  if (target) fs.forgetUnnamed(target);
}

function exchange(fs: SqliteFs, from: Place, moved: Node, to: Place, target: Node): void {
  const shift = Number(target.isDirectory) - Number(moved.isDirectory);
  fs.journal.transaction(() => {
    place(fs, from, target);
    place(fs, to, moved);
    touch(fs, from.parent, shift);
    touch(fs, to.parent, -shift);
    fs.journal.change(moved, { ctimeNs: fs.clock(), parent: to.parent.ino });
    fs.journal.change(target, { ctimeNs: fs.clock(), parent: from.parent.ino });
  });
}
