// Inode number → record: a 32-way radix tree whose nodes carry the epoch that made them. Sharing the root is a
// snapshot; a writer copies the nodes of older epochs on its way down, once per epoch.

import type { FileRecord } from "./record.ts";

const BITS = 5;
const WIDTH = 1 << BITS;

class TableNode {
  readonly epoch: number;
  readonly slots: (TableNode | FileRecord | undefined)[];
  used: number;

  constructor(epoch: number, slots: (TableNode | FileRecord | undefined)[], used: number) {
    this.epoch = epoch;
    this.slots = slots;
    this.used = used;
  }
}

const emptySlots = (): undefined[] => new Array<undefined>(WIDTH).fill(undefined);

/** `ino` shifted right by whole levels; inode numbers may pass 2^31. */
const above = (ino: number, level: number): number => Math.floor(ino / WIDTH ** level);

export class RecordTable {
  #root: TableNode;
  /** Levels below the root. */
  #height: number;

  private constructor(root: TableNode, height: number) {
    this.#root = root;
    this.#height = height;
  }

  static empty(epoch: number): RecordTable {
    return new RecordTable(new TableNode(epoch, emptySlots(), 0), 0);
  }

  /** The same table as it is now, for another owner. O(1). */
  share(): RecordTable {
    return new RecordTable(this.#root, this.#height);
  }

  get(ino: number): FileRecord | undefined {
    let node = this.#root;
    if (ino < 0x40000000 && this.#height <= 6) {
      const shift = this.#height * BITS;
      if (ino >>> shift >= WIDTH) return undefined;
      for (let s = shift; s > 0; s -= BITS) {
        const next = node.slots[(ino >>> s) & (WIDTH - 1)];
        if (next === undefined) return undefined;
        node = next as TableNode;
      }
      return node.slots[ino & (WIDTH - 1)] as FileRecord | undefined;
    }
    if (above(ino, this.#height) >= WIDTH) return undefined;
    for (let level = this.#height; level > 0; level--) {
      const next = node.slots[above(ino, level) % WIDTH];
      if (next === undefined) return undefined;
      node = next as TableNode;
    }
    return node.slots[ino % WIDTH] as FileRecord | undefined;
  }

  set(record: FileRecord, epoch: number): void {
    const { ino } = record;
    while (above(ino, this.#height) >= WIDTH) {
      const slots: (TableNode | undefined)[] = emptySlots();
      slots[0] = this.#root;
      this.#root = new TableNode(epoch, slots, 1);
      this.#height++;
    }
    let node = (this.#root = own(this.#root, epoch));
    for (let level = this.#height; level > 0; level--) {
      const index = above(ino, level) % WIDTH;
      const child = node.slots[index] as TableNode | undefined;
      if (child === undefined) node.used++;
      const next = child ? own(child, epoch) : new TableNode(epoch, emptySlots(), 0);
      node.slots[index] = next;
      node = next;
    }
    const index = ino % WIDTH;
    if (node.slots[index] === undefined) node.used++;
    node.slots[index] = record;
  }

  delete(ino: number, epoch: number): void {
    if (this.get(ino) === undefined) return;
    this.#root = own(this.#root, epoch);
    this.#deleteBelow(this.#root, this.#height, ino, epoch);
  }

  #deleteBelow(node: TableNode, level: number, ino: number, epoch: number): void {
    const index = above(ino, level) % WIDTH;
    if (level > 0) {
      const child = own(node.slots[index] as TableNode, epoch);
      node.slots[index] = child;
      this.#deleteBelow(child, level - 1, ino, epoch);
      if (child.used > 0) return;
    }
    node.slots[index] = undefined;
    node.used--;
  }
}

function own(node: TableNode, epoch: number): TableNode {
  return node.epoch === epoch ? node : new TableNode(epoch, node.slots.slice(), node.used);
}
