import type { StatFs } from "../../abi/index.ts";
import { BLOCK } from "./content.ts";
import { MemoryTree, type Usage } from "./memory-tree.ts";
import type { RecordTable } from "./record-table.ts";

/**
 * A memory file system as it was at one moment: an immutable file system of its own, which any number of
 * namespaces may mount at once without copying. Every change fails with EROFS.
 */
export class Snapshot extends MemoryTree {
  readonly readOnly = true;
  /** The first inode number a fork may give out. */
  readonly nextIno: number;
  /** Inodes without a name that were open when the snapshot was taken; a fork drops them. */
  readonly orphans: readonly number[];

  constructor(table: RecordTable, usage: Usage, nextIno: number, orphans: readonly number[]) {
    super(table, usage);
    this.nextIno = nextIno;
    this.orphans = orphans;
  }

  statfs(): StatFs {
    return this.statfsWithin(this.usage.blocks * BLOCK, this.usage.inodes);
  }
}
