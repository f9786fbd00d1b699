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
import type { Inode, NewNode, Ownership, SetAttr } from "../../inode.ts";
import { BLOCK } from "./chunk-table.ts";
import * as names from "./directory.ts";
import { resize } from "./file-content.ts";
import type { Attributes, Node } from "./inode-table.ts";
import type { SqliteFs } from "./sqlite-fs.ts";
import { SqliteHandle } from "./sqlite-handle.ts";

/** A lightweight reference to one inode: made for each lookup, and equal to any other with the same number. */
export class SqliteInode implements Inode {
  readonly fs: SqliteFs;
  readonly ino: number;
  readonly type: number;
  #node: Node;

  constructor(fs: SqliteFs, node: Node) {
    this.fs = fs;
    this.ino = node.ino;
    this.type = node.attributes.mode & S_IFMT;
    this.#node = node;
  }

  /** The inode's state; if it is a removed directory that is still in use, its last one. */
  node(): Node {
    this.#node = this.fs.node(this.ino) ?? this.#node;
    return this.#node;
  }

  peek(): Ownership {
    return this.node().attributes;
  }

  getattr(): Stat {
    const { parent: _, target: __, ...attributes } = this.node().attributes;
    const isDirectory = this.type === S_IFDIR;
    return {
      ...attributes,
      dev: this.fs.dev,
      ino: this.ino,
      size: isDirectory ? BLOCK : attributes.size,
      blocks: isDirectory ? BLOCK / 512 : attributes.blocks * (BLOCK / 512),
      blksize: BLOCK,
    };
  }

  #checkWritable(): void {
    if (this.fs.readOnly) throw sysError("EROFS");
  }

  setattr({ size, mode, ...change }: SetAttr): void {
    this.#checkWritable();
    const node = this.node();
    if (node.attributes.nlink === 0 && node.opens === 0) return;
    const time = this.fs.clock();
    const attributes: Partial<Attributes> = { ...given(change), ctimeNs: time };
    const bits = mode === undefined ? {} : { mode: this.type | (mode & 0o7777) };
    const times = size !== undefined && change.mtimeNs === undefined ? { mtimeNs: time } : {};
    const all = { ...attributes, ...bits, ...times };
    if (size === undefined) this.fs.journal.transaction(() => this.fs.journal.change(node, all));
    else resize(this.fs, node, size, all);
  }

  lookup(name: string): SqliteInode | undefined {
    const found = names.find(this.fs, this.node(), name);
    return found && new SqliteInode(this.fs, found);
  }

  readdir(): DirEntry[] {
    return this.fs.entries.list(this.node().ino);
  }

  #create(name: string, node: NewNode, attributes: Partial<Attributes>): SqliteInode {
    const parent = this.node();
    names.checkFree(this.fs, parent, name);
    const made = this.fs.create(node, { parent: this.ino, ...attributes }, (child) => {
      names.insert(this.fs, parent, name, child);
    });
    return new SqliteInode(this.fs, made);
  }

  mknod(name: string, node: NewNode, rdev = 0): SqliteInode {
    this.#checkWritable();
    const typed = (node.mode & S_IFMT) === 0 ? { ...node, mode: S_IFREG | node.mode } : node;
    return this.#create(name, typed, { rdev });
  }

  mkdir(name: string, node: NewNode): SqliteInode {
    this.#checkWritable();
    return this.#create(name, { ...node, mode: S_IFDIR | (node.mode & 0o7777) }, { nlink: 1 });
  }

  symlink(name: string, target: string, node: NewNode): SqliteInode {
    this.#checkWritable();
    const attributes = { target, size: encode(target).length };
    return this.#create(name, { ...node, mode: S_IFLNK | 0o777 }, attributes);
  }

  tmpfile(node: NewNode): SqliteInode {
    this.#checkWritable();
    const typed = { ...node, mode: S_IFREG | (node.mode & 0o7777) };
    return new SqliteInode(
      this.fs,
      this.fs.create(typed, {}, () => {}),
    );
  }

  link(name: string, inode: Inode): void {
    this.#checkWritable();
    if (!(inode instanceof SqliteInode) || inode.fs !== this.fs) throw sysError("EXDEV");
    if (inode.type === S_IFDIR) throw sysError("EPERM");
    const parent = this.node();
    names.checkFree(this.fs, parent, name);
    const child = inode.node();
    this.fs.journal.transaction(() => {
      names.insert(this.fs, parent, name, child);
      this.fs.journal.change(child, { ctimeNs: this.fs.clock() });
    });
  }

  unlink(name: string): void {
    this.#checkWritable();
    names.unlink(this.fs, this.node(), name);
  }

  rmdir(name: string): void {
    this.#checkWritable();
    names.rmdir(this.fs, this.node(), name);
  }

  rename(name: string, newParent: Inode, newName: string, flags = 0): void {
    this.#checkWritable();
    if (!(newParent instanceof SqliteInode) || newParent.fs !== this.fs) throw sysError("EXDEV");
    names.rename(this.fs, { parent: this.node(), name }, { parent: newParent.node(), name: newName }, flags);
  }

  readlink(): string {
    return this.node().attributes.target ?? "";
  }

  open(_flags: number): SqliteHandle {
    return new SqliteHandle(this);
  }
}

/** The fields that are not undefined. */
function given<T extends object>(change: T): Partial<T> {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as Partial<T>;
}
