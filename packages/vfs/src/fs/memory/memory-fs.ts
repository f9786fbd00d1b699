import { S_IFDIR, type StatFs, sysError } from "../../abi/index.ts";
import { now } from "../../clock.ts";
import type { NewNode } from "../../inode.ts";
import { BLOCK } from "./content.ts";
import { MemoryTree, ROOT_INO } from "./memory-tree.ts";
import { type Body, Directory, FileRecord, nextEpoch } from "./record.ts";
import { RecordTable } from "./record-table.ts";
import { Snapshot } from "./snapshot.ts";

export interface MemoryFsOptions {
  /** Most bytes all files may hold, counted in 4096-byte blocks. Default: 1 TiB. */
  maxBytes?: number;
  /** Most inodes. Default: 16 million. */
  maxInodes?: number;
  /** Largest file, in bytes. Default: 1 TiB. */
  maxFileSize?: number;
  /** Permission bits and owner of a new root directory. Default: 0o755, 0, 0. */
  root?: Partial<NewNode>;
  /** The time of changes, in nanoseconds since the epoch. Default: the wall clock. */
  clock?: () => bigint;
}

const TEBIBYTE = 2 ** 40;

/**
 * A writable file system in memory. `snapshot()` and `MemoryFs.from(snapshot)` take O(1): records, directories and
 * file pages are shared until one side writes them.
 */
export class MemoryFs extends MemoryTree {
  readonly readOnly = false;
  readonly clock: () => bigint;
  readonly #maxBlocks: number;
  readonly #maxInodes: number;
  readonly #maxFileSize: number;
  #nextIno: number;
  /** Open handles per inode. */
  readonly #opens = new Map<number, number>();
  /** Inodes that have lost their last name and live on only because they are open. */
  readonly #orphans = new Set<number>();

  constructor(options: MemoryFsOptions = {}, from?: Snapshot) {
    super(
      from ? from.table.share() : RecordTable.empty(0),
      from ? { ...from.usage } : { blocks: 0, inodes: 0 },
    );
    this.epoch = nextEpoch();
    this.clock = options.clock ?? now;
    this.#maxBlocks = Math.floor((options.maxBytes ?? TEBIBYTE) / BLOCK);
    this.#maxInodes = options.maxInodes ?? 2 ** 24;
    this.#maxFileSize = options.maxFileSize ?? TEBIBYTE;
    this.#nextIno = from?.nextIno ?? ROOT_INO;
    if (from) for (const ino of from.orphans) this.#drop(this.table.get(ino)!);
    else this.#makeRoot(options.root ?? {});
  }

  /** A writable copy of a snapshot. O(1). */
  static from(snapshot: Snapshot, options?: MemoryFsOptions): MemoryFs {
    return new MemoryFs(options, snapshot);
  }

  #makeRoot({ mode = 0o755, uid = 0, gid = 0 }: Partial<NewNode>): void {
    const root = this.create(
      { mode: S_IFDIR | mode, uid, gid },
      new Directory(this.epoch, ROOT_INO, new Map()),
    );
    root.nlink = 2;
  }

  /** The tree as it is now. O(1). Open handles keep writing to this file system, not to the snapshot. */
  snapshot(): Snapshot {
    const frozen = new Snapshot(this.table.share(), { ...this.usage }, this.#nextIno, [...this.#orphans]);
    this.epoch = nextEpoch();
    return frozen;
  }

  statfs(): StatFs {
    return this.statfsWithin(this.#maxBlocks * BLOCK, this.#maxInodes);
  }

  override own(record: FileRecord): FileRecord {
    if (record.epoch === this.epoch) return record;
    const copy = record.copy(this.epoch);
    this.table.set(copy, this.epoch);
    return copy;
  }

  /** A new inode that nothing names yet; `node.mode` holds the type. @throws ENOSPC no inode left */
  create(node: NewNode, body: Body): FileRecord {
    if (this.usage.inodes >= this.#maxInodes) throw sysError("ENOSPC");
    this.usage.inodes++;
    const record = new FileRecord(
      this.epoch,
      this.#nextIno++,
      node.mode,
      node.uid,
      node.gid,
      this.clock(),
      body,
    );
    this.table.set(record, this.epoch);
    return record;
  }

  /** @throws EFBIG */
  checkSize(size: number): void {
    if (size > this.#maxFileSize) throw sysError("EFBIG");
  }

  /** Accounts for `blocks` more in a file this file system owns. @throws ENOSPC */
  allocate(record: FileRecord, blocks: number): void {
    if (blocks > 0 && this.usage.blocks + blocks > this.#maxBlocks) throw sysError("ENOSPC");
    this.usage.blocks += blocks;
    record.blocks += blocks;
  }

  opened(ino: number): void {
    this.#opens.set(ino, (this.#opens.get(ino) ?? 0) + 1);
  }

  closed(ino: number): void {
    const opens = this.#opens.get(ino)! - 1;
    if (opens > 0) {
      this.#opens.set(ino, opens);
      return;
    }
    this.#opens.delete(ino);
    if (this.#orphans.delete(ino)) this.#drop(this.table.get(ino)!);
  }

  /** The last name is gone: the inode goes too, now or with its last close. */
  unnamed(record: FileRecord): void {
    if (this.#opens.has(record.ino)) this.#orphans.add(record.ino);
    else this.#drop(record);
  }

  /** The inode starts without a name: it goes with its last close unless it gets one. */
  awaitName(ino: number): void {
    this.#orphans.add(ino);
  }

  /** An unnamed inode got a name. */
  named(ino: number): void {
    this.#orphans.delete(ino);
  }

  #drop(record: FileRecord): void {
    this.usage.inodes--;
    this.usage.blocks -= record.blocks;
    this.table.delete(record.ino, this.epoch);
  }
}
