import {
  type DirEntry,
  encode,
  S_IFDIR,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
  type Stat,
  sysError,
} from "../../abi/index.ts";
import type { Inode, NewNode, SetAttr } from "../../inode.ts";
import { BLOCK } from "./content.ts";
import * as directory from "./directory.ts";
import type { MemoryFs } from "./memory-fs.ts";
import { MemoryHandle, SnapshotHandle } from "./memory-handle.ts";
import type { MemoryTree } from "./memory-tree.ts";
import { Directory, type FileRecord } from "./record.ts";

/** A lightweight reference to one record of a tree: made for each lookup, and equal to any other with the same number. */
export class MemoryInode implements Inode {
  readonly fs: MemoryTree;
  readonly ino: number;
  readonly type: number;
  #record: FileRecord;

  constructor(fs: MemoryTree, record: FileRecord) {
    this.fs = fs;
    this.ino = record.ino;
    this.type = record.mode & S_IFMT;
    this.#record = record;
  }

  /** The current record. A record of the current epoch is never replaced, so that most calls need no look-up. */
  record(): FileRecord {
    const known = this.#record;
    if (known.epoch === this.fs.epoch || this.fs.readOnly) return known;
    const current = this.fs.table.get(this.ino);
    if (current === undefined) return this.#gone();
    this.#record = current;
    return current;
  }

  /** The inode was deleted while only this reference knew it, such as a working directory that was removed. */
  #gone(): FileRecord {
    const last = this.#record.copy(this.fs.epoch);
    last.nlink = 0;
    if (last.body instanceof Directory) last.body = new Directory(last.epoch, last.body.parent, new Map());
    this.#record = last;
    return last;
  }

  /** This inode's file system and its record, ready to be changed. @throws EROFS */
  own(): FileRecord {
    return this.fs.own(this.record());
  }

  peek(): FileRecord {
    return this.record();
  }

  getattr(): Stat {
    const record = this.record();
    const isDirectory = this.type === S_IFDIR;
    return {
      dev: this.fs.dev,
      ino: this.ino,
      mode: record.mode,
      nlink: record.nlink,
      uid: record.uid,
      gid: record.gid,
      rdev: record.rdev,
      size: isDirectory ? BLOCK : record.size,
      blocks: isDirectory ? BLOCK / 512 : record.blocks * (BLOCK / 512),
      blksize: BLOCK,
      atimeNs: record.atimeNs,
      mtimeNs: record.mtimeNs,
      ctimeNs: record.ctimeNs,
      birthtimeNs: record.birthtimeNs,
    };
  }

  setattr(change: SetAttr): void {
    const fs = this.#writable();
    if (change.size !== undefined) fs.checkSize(change.size);
    const record = this.own();
    const time = fs.clock();
    if (change.size !== undefined) {
      this.#resize(fs, record, change.size);
      record.mtimeNs = time;
    }
    if (change.mode !== undefined) record.mode = this.type | (change.mode & 0o7777);
    if (change.uid !== undefined) record.uid = change.uid;
    if (change.gid !== undefined) record.gid = change.gid;
    if (change.atimeNs !== undefined) record.atimeNs = change.atimeNs;
    if (change.mtimeNs !== undefined) record.mtimeNs = change.mtimeNs;
    record.ctimeNs = time;
  }

  #writable(): MemoryFs {
    if (this.fs.readOnly) throw sysError("EROFS");
    return this.fs as MemoryFs;
  }

  #resize(fs: MemoryFs, record: FileRecord, size: number): void {
    const content = record.content;
    if (size < record.size && content) {
      const own = content.epoch === fs.epoch ? content : content.copy(fs.epoch);
      fs.allocate(record, -own.truncate(size));
      record.body = size === 0 ? undefined : own;
    }
    record.size = size;
  }

  lookup(name: string): MemoryInode | undefined {
    const ino = this.record().directory.entries.get(name);
    return ino === undefined ? undefined : this.fs.inode(ino);
  }

  readdir(): DirEntry[] {
    return [...this.entries()];
  }

  *entries(): IterableIterator<DirEntry> {
    const { fs } = this;
    for (const [name, ino] of this.record().directory.entries) {
      const record = fs.table.get(ino);
      if (record) yield { name, ino, type: record.mode & S_IFMT };
    }
  }

  mknod(name: string, node: NewNode, rdev = 0): MemoryInode {
    const fs = this.#writable();
    directory.checkFree(this, name);
    const record = fs.create(
      (node.mode & S_IFMT) === 0 ? { ...node, mode: S_IFREG | node.mode } : node,
      undefined,
    );
    record.rdev = rdev;
    directory.insert(fs, this, name, record);
    return new MemoryInode(fs, record);
  }

  mkdir(name: string, node: NewNode): MemoryInode {
    const fs = this.#writable();
    directory.checkFree(this, name);
    const body = new Directory(fs.epoch, this.ino, new Map());
    const record = fs.create({ ...node, mode: S_IFDIR | (node.mode & 0o7777) }, body);
    record.nlink = 1;
    directory.insert(fs, this, name, record);
    return new MemoryInode(fs, record);
  }

  symlink(name: string, target: string, node: NewNode): MemoryInode {
    const fs = this.#writable();
    directory.checkFree(this, name);
    const record = fs.create({ ...node, mode: S_IFLNK | 0o777 }, target);
    record.size = encode(target).length;
    directory.insert(fs, this, name, record);
    return new MemoryInode(fs, record);
  }

  tmpfile(node: NewNode): MemoryInode {
    const fs = this.#writable();
    const record = fs.create({ ...node, mode: S_IFREG | (node.mode & 0o7777) }, undefined);
    fs.awaitName(record.ino);
    return new MemoryInode(fs, record);
  }

  link(name: string, inode: Inode): void {
    const fs = this.#writable();
    if (!(inode instanceof MemoryInode) || inode.fs !== fs) throw sysError("EXDEV");
    if (inode.type === S_IFDIR) throw sysError("EPERM");
    directory.checkFree(this, name);
    const record = inode.own();
    fs.named(record.ino);
    directory.insert(fs, this, name, record);
    record.ctimeNs = fs.clock();
  }

  unlink(name: string): void {
    directory.unlink(this.#writable(), this, name);
  }

  rmdir(name: string): void {
    directory.rmdir(this.#writable(), this, name);
  }

  rename(name: string, newParent: Inode, newName: string, flags = 0): void {
    const fs = this.#writable();
    if (!(newParent instanceof MemoryInode) || newParent.fs !== fs) throw sysError("EXDEV");
    directory.rename(fs, this, name, newParent, newName, flags);
  }

  readlink(): string {
    return this.record().target;
  }

  open(_flags: number): SnapshotHandle {
    return this.fs.readOnly ? new SnapshotHandle(this) : new MemoryHandle(this.fs as MemoryFs, this);
  }
}
