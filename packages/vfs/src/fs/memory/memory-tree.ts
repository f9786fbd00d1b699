import type { MaybePromise, StatFs } from "../../abi/index.ts";
import { sysError } from "../../abi/index.ts";
import { nextDevice } from "../../device-number.ts";
import type { FileSystem } from "../../inode.ts";
import { BLOCK } from "./content.ts";
import { MemoryInode } from "./memory-inode.ts";
import type { FileRecord } from "./record.ts";
import type { RecordTable } from "./record-table.ts";

export const ROOT_INO = 1;

/** What a tree holds, in 4096-byte blocks and in inodes. */
export interface Usage {
  blocks: number;
  inodes: number;
}

/** Records, and the reading half of a file system made of them; `MemoryFs` adds writing, `Snapshot` never changes. */
export abstract class MemoryTree implements FileSystem {
  readonly type: string = "tmpfs";
  readonly dev = nextDevice();
  abstract readonly readOnly: boolean;
  /** The epoch whose records may be changed in place; 0 when none may. */
  epoch = 0;
  readonly table: RecordTable;
  readonly usage: Usage;

  constructor(table: RecordTable, usage: Usage) {
    this.table = table;
    this.usage = usage;
  }

  root(): MemoryInode {
    return this.inode(ROOT_INO);
  }

  /** The inode of that number. @throws ESTALE there is none */
  inode(ino: number): MemoryInode {
    const record = this.table.get(ino);
    if (record === undefined) throw sysError("ESTALE");
    return new MemoryInode(this, record);
  }

  /** The record in a form that this tree may change. @throws EROFS */
  own(_record: FileRecord): FileRecord {
    throw sysError("EROFS");
  }

  abstract statfs(): MaybePromise<StatFs>;

  protected statfsWithin(maxBytes: number, maxInodes: number): StatFs {
    const { blocks, inodes } = this.usage;
    const total = Math.floor(maxBytes / BLOCK);
    const bfree = Math.max(0, total - blocks);
    const ffree = Math.max(0, maxInodes - inodes);
    return { type: this.type, bsize: BLOCK, blocks: total, bfree, files: maxInodes, ffree };
  }
}
