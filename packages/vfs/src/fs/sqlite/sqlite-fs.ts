import { S_IFDIR, type StatFs, sysError } from "../../abi/index.ts";
import { now } from "../../clock.ts";
import { nextDevice } from "../../device-number.ts";
import type { FileSystem, NewNode } from "../../inode.ts";
import { BLOCK, ChunkTable } from "./chunk-table.ts";
import { EntryTable } from "./entry-table.ts";
import { HostDatabase } from "./host-database.ts";
import { type Attributes, InodeTable, Node } from "./inode-table.ts";
import { Journal } from "./journal.ts";
import { SqliteInode } from "./sqlite-inode.ts";

export interface SqliteFsOptions {
  /** The database file on the host, which is created if it does not exist. */
  path: string;
  /** The largest size of the database file, in bytes. Default: the host's disk. */
  maxBytes?: number;
  readOnly?: boolean;
  /** Permission bits and owner of the root directory of a new file system. Default: 0o755, 0, 0. */
  root?: Partial<NewNode>;
  /** The time of changes, in nanoseconds since the epoch. Default: the wall clock. */
  clock?: () => bigint;
}

const ROOT_INO = 1;
const MAX_INODES = 2 ** 39;
/** How many unused inodes are remembered. */
const REMEMBERED = 4096;

/**
 * Files in an SQLite database on the host. Calls complete at once. Every change of the tree is committed when its call
 * returns; file contents are committed when the file is synced or closed, and soon after the write in any case. `sync`
 * also waits for the disk.
 */
export class SqliteFs implements FileSystem {
  readonly type = "sqlite";
  readonly dev = nextDevice();
  readonly path: string;
  readonly readOnly: boolean;
  readonly clock: () => bigint;
  readonly entries: EntryTable;
  readonly chunks: ChunkTable;
  readonly journal: Journal;
  readonly #db: HostDatabase;
  readonly #inodes: InodeTable;
  readonly #nodes = new Map<number, Node>();
  #nextIno: number;
  #inodeCount: number;

  /** @throws ENOENT EACCES · EBUSY it is open elsewhere · EINVAL the file is something else */
  constructor({ path, maxBytes, readOnly = false, root = {}, clock = now }: SqliteFsOptions) {
    this.path = path;
    this.readOnly = readOnly;
    this.clock = clock;
    this.#db = new HostDatabase(path, { readOnly, maxBytes });
    this.entries = new EntryTable(this.#db);
    this.chunks = new ChunkTable(this.#db);
    this.#inodes = new InodeTable(this.#db);
    this.journal = new Journal(this.#db, this.#inodes, this.chunks);
    this.#nextIno = Math.max(ROOT_INO, this.#inodes.lastIno()) + 1;
    this.#inodeCount = this.#inodes.count();
    try {
      if (this.node(ROOT_INO) === undefined) this.#makeRoot(root);
      else if (!readOnly) this.#dropUnnamed();
    } catch (error) {
      this.#db.close();
      throw error;
    }
  }

  #makeRoot({ mode = 0o755, uid = 0, gid = 0 }: Partial<NewNode>): void {
    const node = this.#newNode(ROOT_INO, { mode: S_IFDIR | mode, uid, gid }, ROOT_INO);
    this.journal.transaction(() => this.journal.change(node, { nlink: 2 }));
    this.#inodeCount++;
  }

  /** Removes files without names, which were open when the last user of the database died. */
  #dropUnnamed(): void {
    const unnamed = this.#inodes.unnamed();
    if (unnamed.length === 0) return;
    this.journal.transaction(() => {
      for (const ino of unnamed) this.#remove(ino);
    }, true);
    this.#inodeCount -= unnamed.length;
  }

  #remove(ino: number): void {
    this.chunks.truncate(ino, 0);
    this.#inodes.delete(ino);
  }

  root(): SqliteInode {
    return new SqliteInode(this, this.node(ROOT_INO)!);
  }

  statfs(): StatFs {
    const { total, free } = this.#db.space();
    return {
      type: this.type,
      bsize: BLOCK,
      blocks: Math.floor(total / BLOCK),
      bfree: Math.floor(Math.max(0, free - this.chunks.dirtyBytes) / BLOCK),
      files: MAX_INODES,
      ffree: MAX_INODES - this.#inodeCount,
    };
  }

  sync(): void {
    if (this.readOnly) return;
    this.journal.commit();
    this.#db.sync();
  }

  /** Commits what waits and closes the database. Whatever is still open answers EIO from now on. */
  close(): void {
    this.journal.close();
  }

  node(ino: number): Node | undefined {
    if (this.journal.closed) throw sysError("EIO");
    return this.#nodes.get(ino) ?? this.#load(ino);
  }

  #load(ino: number): Node | undefined {
    const node = this.#inodes.get(ino);
    if (node) this.#remember(node);
    return node;
  }

  #remember(node: Node): void {
    this.#nodes.set(node.ino, node);
    if (this.#nodes.size <= REMEMBERED) return;
    for (const [ino, old] of this.#nodes) {
      if (this.#nodes.size <= REMEMBERED / 2) return;
      if (old !== node && old.opens === 0 && !this.journal.isChanged(old)) this.#nodes.delete(ino);
    }
  }

  #newNode(ino: number, { mode, uid, gid }: NewNode, parent: number): Node {
    const time = this.clock();
    return new Node(ino, {
      mode,
      nlink: 0,
      uid,
      gid,
      rdev: 0,
      size: 0,
      blocks: 0,
      atimeNs: time,
      mtimeNs: time,
      ctimeNs: time,
      birthtimeNs: time,
      parent,
      target: undefined,
    });
  }

  /** Makes an inode and runs `name`, which gives it a name, in one transaction. @throws ENOSPC */
  create(node: NewNode, own: Partial<Attributes>, name: (made: Node) => void): Node {
    if (this.#inodeCount >= MAX_INODES) throw sysError("ENOSPC");
    const made = this.#newNode(this.#nextIno, node, 0);
    this.journal.transaction(() => {
      this.journal.change(made, own);
      name(made);
    });
    this.#nextIno++;
    this.#inodeCount++;
    this.#remember(made);
    return made;
  }

  /** Inside a transaction: the last name is gone, and the inode with it unless it is open. */
  unnamed(node: Node): void {
    this.journal.change(node, { nlink: 0 });
    if (node.opens > 0) return;
    this.#remove(node.ino);
    this.journal.dropped(node);
  }

  /** After that transaction: forgets the inode, if it is gone. */
  forgetUnnamed(node: Node): void {
    if (node.attributes.nlink > 0 || node.opens > 0) return;
    this.chunks.forgetFrom(node.ino, 0);
    this.#nodes.delete(node.ino);
    this.#inodeCount--;
  }

  /**
   * Called when a handle of the file was closed: stores what was written through it, or removes the file if it has
   * neither names nor handles any more. @throws ENOSPC, after which the changes that waited are lost
   */
  closed(node: Node, wrote: boolean): void {
    if (this.journal.closed || this.readOnly) return;
    if (node.attributes.nlink === 0) {
      if (node.opens > 0) return;
      this.journal.transaction(() => this.unnamed(node), true);
      this.forgetUnnamed(node);
      return;
    }
    if (!wrote) return;
    try {
      this.journal.commit();
    } catch (error) {
      this.revert(node);
      throw error;
    }
  }

  /** Discards what was written to the file since the last commit. */
  revert(node: Node): void {
    this.chunks.forgetFrom(node.ino, 0);
    const stored = this.#inodes.get(node.ino);
    if (stored) this.journal.reverted(node, stored.attributes);
  }
}
