// Which changes are stored together. A commit includes everything written before it, so that a crash leaves the tree
// as it was at some moment, never older than the last call that promised to store.

import { isSysError, sysError } from "../../abi/index.ts";
import type { ChunkTable } from "./chunk-table.ts";
import type { HostDatabase } from "./host-database.ts";
import type { Attributes, InodeTable, Node } from "./inode-table.ts";

/** How much may wait in memory for a commit. */
export const DIRTY_LIMIT = 4 * 2 ** 20;
/** How long it may wait, in milliseconds; a failed attempt is made again after a second. */
const COMMIT_AFTER = 50;
const RETRY_AFTER = 1000;
/**
 * With less space left than this, every write is committed at once, so that the one that does not fit is the one that
 * fails.
 */
const TIGHT = 4 * DIRTY_LIMIT;
/** How many bytes of pages a commit may write in addition to the contents. */
const OVERHEAD = 65_536;

export class Journal {
  readonly #db: HostDatabase;
  readonly #inodes: InodeTable;
  readonly #chunks: ChunkTable;
  /** Inodes that differ from their row. */
  readonly #changed = new Set<Node>();
  /** Within a transaction: what its inodes were before. */
  #undo: Map<Node, Attributes> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** A lower bound of what can still be written; determined anew when it runs low. */
  #room: number;
  closed = false;

  constructor(db: HostDatabase, inodes: InodeTable, chunks: ChunkTable) {
    this.#db = db;
    this.#inodes = inodes;
    this.#chunks = chunks;
    this.#room = db.space().free;
  }

  isChanged(node: Node): boolean {
    return this.#changed.has(node);
  }

  /** Changes attributes of an inode, to be stored by the next commit. */
  change(node: Node, change: Partial<Attributes>): void {
    if (this.#undo && !this.#undo.has(node)) this.#undo.set(node, node.attributes);
    node.attributes = { ...node.attributes, ...change };
    this.#changed.add(node);
    if (!this.#undo) this.#schedule(COMMIT_AFTER);
  }

  /** The inode is about to lose its row. */
  dropped(node: Node): void {
    this.#changed.delete(node);
  }

  /** The inode's row is as it is in the table again: what was written since is given up. */
  reverted(node: Node, attributes: Attributes): void {
    node.attributes = attributes;
    this.#changed.delete(node);
  }

  get isTight(): boolean {
    return this.#room < TIGHT;
  }

  /** Stores all that waits. @throws ENOSPC EIO, and keeps everything waiting */
  commit(): void {
    const onlyAttributes = this.#chunks.dirtyBytes === 0;
    if (this.#changed.size > 0 || !onlyAttributes) this.transaction(() => {}, onlyAttributes);
  }

  /**
   * Commits what waits together with what `run` does or, if that fails, nothing. `removes`: it needs no space, or
   * frees some.
   */
  transaction(run: () => void, removes = false): void {
    const changedBefore = new Set(this.#changed);
    const cost = this.#chunks.dirtyBytes + OVERHEAD;
    if (!removes && this.isTight && this.#db.space().onDisk < cost) throw sysError("ENOSPC");
    try {
      this.#db.transaction(() => {
        this.#undoAll(changedBefore);
        this.#undo = new Map();
        this.#chunks.store();
        run();
        for (const node of this.#changed) this.#inodes.put(node);
      }, removes);
    } catch (error) {
      this.#undoAll(changedBefore);
      this.#undo = undefined;
      throw error;
    }
    this.#undo = undefined;
    this.#committed(cost, removes);
  }

  /** Also before a second attempt. */
  #undoAll(changedBefore: Set<Node>): void {
    if (this.#undo === undefined) return;
    for (const [node, attributes] of this.#undo) node.attributes = attributes;
    this.#changed.clear();
    for (const node of changedBefore) this.#changed.add(node);
  }

  #committed(cost: number, removed: boolean): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#changed.clear();
    this.#chunks.stored();
    this.#room -= 2 * cost;
    if (this.#room < TIGHT || removed) this.#room = this.#db.space().free;
  }

  #schedule(delay: number): void {
    if (this.#timer) return;
    const timer = setTimeout(() => {
      this.#timer = undefined;
      try {
        this.commit();
      } catch (error) {
        if (!isSysError(error)) throw error;
        // Whoever syncs or closes learns about the failure; until then the changes wait.
        this.#schedule(RETRY_AFTER);
      }
    }, delay);
    if (delay === RETRY_AFTER) timer.unref();
    this.#timer = timer;
  }

  close(): void {
    if (this.closed) return;
    try {
      this.commit();
    } finally {
      this.closed = true;
      clearTimeout(this.#timer);
      this.#db.close();
    }
  }
}
