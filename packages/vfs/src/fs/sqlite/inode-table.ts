import { decode, encode, S_IFDIR, S_IFMT } from "../../abi/index.ts";
import type { HostDatabase, StatementSync } from "./host-database.ts";

/** The attributes stored for an inode. Never changed in place. */
export interface Attributes {
  readonly mode: number;
  readonly nlink: number;
  readonly uid: number;
  readonly gid: number;
  readonly rdev: number;
  readonly size: number;
  /** Allocated, in 4096-byte blocks. */
  readonly blocks: number;
  readonly atimeNs: bigint;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
  readonly birthtimeNs: bigint;
  /** The inode number of ".."; the root's is its own. */
  readonly parent: number;
  /** Of symbolic links. */
  readonly target: string | undefined;
}

/** An inode as this process knows it: its row in the table, and what has changed since. */
export class Node {
  readonly ino: number;
  attributes: Attributes;
  opens = 0;

  constructor(ino: number, attributes: Attributes) {
    this.ino = ino;
    this.attributes = attributes;
  }

  get isDirectory(): boolean {
    return (this.attributes.mode & S_IFMT) === S_IFDIR;
  }
}

const MAX_INT64 = 2n ** 63n - 1n;

/** Times outside the years 1677 to 2262 become the nearest that fits into 64 bits, as ext4 does with its own range. */
function storable(ns: bigint): bigint {
  return ns > MAX_INT64 ? MAX_INT64 : ns < -MAX_INT64 ? -MAX_INT64 : ns;
}

export class InodeTable {
  readonly #get: StatementSync;
  readonly #put: StatementSync;
  readonly #delete: StatementSync;
  readonly #unnamed: StatementSync;
  readonly #count: StatementSync;
  readonly #last: StatementSync;

  constructor(db: HostDatabase) {
    this.#get = db.prepare("SELECT * FROM inodes WHERE ino = ?");
    this.#get.setReadBigInts(true);
    this.#put = db.prepare("INSERT OR REPLACE INTO inodes VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
    this.#delete = db.prepare("DELETE FROM inodes WHERE ino = ?");
    this.#unnamed = db.prepare("SELECT ino FROM inodes WHERE nlink = 0");
    this.#count = db.prepare("SELECT count(*) AS count FROM inodes");
    this.#last = db.prepare("SELECT max(ino) AS last FROM inodes");
  }

  get(ino: number): Node | undefined {
    const row = this.#get.get(ino) as (Record<string, bigint> & { target: Uint8Array | null }) | undefined;
    if (row === undefined) return undefined;
    return new Node(ino, {
      mode: Number(row.mode),
      nlink: Number(row.nlink),
      uid: Number(row.uid),
      gid: Number(row.gid),
      rdev: Number(row.rdev),
      size: Number(row.size),
      blocks: Number(row.blocks),
      atimeNs: row.atime!,
      mtimeNs: row.mtime!,
      ctimeNs: row.ctime!,
      birthtimeNs: row.birthtime!,
      parent: Number(row.parent),
      target: row.target === null ? undefined : decode(row.target),
    });
  }

  put({ ino, attributes }: Node): void {
    const { mode, nlink, uid, gid, rdev, size, blocks, parent, target } = attributes;
    const { atimeNs, mtimeNs, ctimeNs, birthtimeNs } = attributes;
    const times = [atimeNs, mtimeNs, ctimeNs, birthtimeNs].map(storable);
    const bytes = target === undefined ? null : encode(target);
    this.#put.run(ino, mode, nlink, uid, gid, rdev, size, blocks, ...times, parent, bytes);
  }

  delete(ino: number): void {
    this.#delete.run(ino);
  }

  /** Inodes without a name, which were open when the file system was last used. */
  unnamed(): number[] {
    return this.#unnamed.all().map((row) => (row as { ino: number }).ino);
  }

  count(): number {
    return (this.#count.get() as { count: number }).count;
  }

  lastIno(): number {
    return (this.#last.get() as { last: number | null }).last ?? 0;
  }
}
