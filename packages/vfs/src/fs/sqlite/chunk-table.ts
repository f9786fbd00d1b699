// File contents in chunks, behind a bounded cache. Writes stay in the cache until `store` puts them into the
// transaction under way; only after its commit are they clean.

import type { HostDatabase, StatementSync } from "./host-database.ts";

/** Measured: larger chunks make small overwrites slower (100 µs each at 64 KiB), smaller ones make streams slower. */
const CHUNK = 65_536;
export const BLOCK = 4096;
const NUMBER_BITS = 24n;
export const MAX_FILE_SIZE = 2 ** 24 * CHUNK;

const CACHE_BYTES = 8 * 2 ** 20;
const CACHE_CHUNKS = 1024;

interface Chunk {
  readonly key: bigint;
  bytes: Uint8Array;
  /** How many of the bytes are content; the rest of the chunk is zero. */
  length: number;
}

const keyOf = (ino: number, number: number): bigint => (BigInt(ino) << NUMBER_BITS) | BigInt(number);

const blocksOf = (length: number): number => Math.ceil(length / BLOCK);

export class ChunkTable {
  readonly #get: StatementSync;
  readonly #put: StatementSync;
  readonly #delete: StatementSync;
  readonly #blocks: StatementSync;
  /** Least recently used first. */
  readonly #cache = new Map<bigint, Chunk>();
  readonly #dirty = new Set<Chunk>();
  #last: Chunk | undefined;
  cachedBytes = 0;
  dirtyBytes = 0;

  constructor(db: HostDatabase) {
    this.#get = db.prepare("SELECT bytes FROM chunks WHERE key = ?");
    this.#put = db.prepare("INSERT OR REPLACE INTO chunks VALUES (?, ?)");
    this.#delete = db.prepare("DELETE FROM chunks WHERE key BETWEEN ? AND ?");
    this.#blocks = db.prepare(
      `SELECT total((length(bytes) + ${BLOCK - 1}) / ${BLOCK}) AS blocks FROM chunks WHERE key BETWEEN ? AND ?`,
    );
  }

  #chunk(key: bigint): Chunk {
    if (this.#last?.key === key) return this.#last;
    const cached = this.#cache.get(key);
    if (cached) {
      this.#cache.delete(key);
      this.#cache.set(key, cached);
      this.#last = cached;
      return cached;
    }
    const row = this.#get.get(key) as { bytes: Uint8Array } | undefined;
    const bytes = row?.bytes ?? new Uint8Array(0);
    return this.#remember({ key, bytes, length: bytes.length });
  }

  #remember(chunk: Chunk): Chunk {
    this.#cache.set(chunk.key, chunk);
    this.cachedBytes += chunk.bytes.length;
    this.#last = chunk;
    if (this.cachedBytes > CACHE_BYTES || this.#cache.size > CACHE_CHUNKS) this.#evict();
    return chunk;
  }

  #evict(): void {
    for (const chunk of this.#cache.values()) {
      if (this.cachedBytes <= CACHE_BYTES / 2 && this.#cache.size <= CACHE_CHUNKS / 2) return;
      if (!this.#dirty.has(chunk) && chunk !== this.#last) this.#forget(chunk);
    }
  }

  #forget(chunk: Chunk): void {
    if (!this.#cache.delete(chunk.key)) return;
    this.cachedBytes -= chunk.bytes.length;
    if (this.#last === chunk) this.#last = undefined;
    if (this.#dirty.delete(chunk)) this.dirtyBytes -= chunk.bytes.length;
  }

  /** Fills all of `into` from `offset`; the caller has cut it at the end of the file. */
  read(ino: number, into: Uint8Array, offset: number): void {
    for (let done = 0; done < into.length; ) {
      const inChunk = (offset + done) % CHUNK;
      const count = Math.min(CHUNK - inChunk, into.length - done);
      const { bytes, length } = this.#chunk(keyOf(ino, (offset + done - inChunk) / CHUNK));
      const there = Math.max(0, Math.min(count, length - inChunk));
      if (there > 0) into.set(bytes.subarray(inChunk, inChunk + there), done);
      if (there < count) into.fill(0, done + there, done + count);
      done += count;
    }
  }

  /** Writes the part of `from` that falls into the chunk at `offset`. */
  write(ino: number, from: Uint8Array, offset: number): { count: number; blocks: number } {
    const inChunk = offset % CHUNK;
    const count = Math.min(CHUNK - inChunk, from.length);
    const key = keyOf(ino, (offset - inChunk) / CHUNK);
    const replaces = count === CHUNK && !this.#cache.has(key);
    const blocksBefore = replaces ? this.#storedBlocks(key) : blocksOf(this.#chunk(key).length);
    const chunk = replaces
      ? this.#remember({ key, bytes: new Uint8Array(CHUNK), length: 0 })
      : this.#chunk(key);
    const end = inChunk + count;
    if (!this.#dirty.has(chunk)) {
      this.#dirty.add(chunk);
      this.dirtyBytes += chunk.bytes.length;
    }
    this.#reserve(chunk, end);
    if (inChunk > chunk.length) chunk.bytes.fill(0, chunk.length, inChunk);
    chunk.bytes.set(count === from.length ? from : from.subarray(0, count), inChunk);
    chunk.length = Math.max(chunk.length, end);
    return { count, blocks: blocksOf(chunk.length) - blocksBefore };
  }

  #storedBlocks(key: bigint): number {
    return (this.#blocks.get(key, key) as { blocks: number }).blocks;
  }

  #reserve(chunk: Chunk, end: number): void {
    const had = chunk.bytes.length;
    if (had >= end) return;
    const bytes = new Uint8Array(Math.min(CHUNK, Math.max(end, had * 2, 512)));
    bytes.set(chunk.bytes.subarray(0, chunk.length));
    chunk.bytes = bytes;
    this.cachedBytes += bytes.length - had;
    this.dirtyBytes += bytes.length - had;
  }

  /** Writes the dirty chunks, within the current transaction. */
  store(): void {
    for (const { key, bytes, length } of this.#dirty) this.#put.run(key, bytes.subarray(0, length));
  }

  /** Called when the transaction has been committed. */
  stored(): void {
    this.#dirty.clear();
    this.dirtyBytes = 0;
  }

  /**
   * Cuts the file's stored chunks at `size`, within a transaction that has stored the dirty ones. `forgetFrom` must be
   * called once it is committed. @returns how many blocks remain
   */
  truncate(ino: number, size: number): number {
    const first = keyOf(ino, Math.floor(size / CHUNK));
    const end = keyOf(ino + 1, 0) - 1n;
    const inChunk = size % CHUNK;
    const boundary = inChunk > 0 ? (this.#get.get(first) as { bytes: Uint8Array } | undefined) : undefined;
    this.#delete.run(first, end);
    if (boundary) this.#put.run(first, boundary.bytes.subarray(0, inChunk));
    if (size === 0) return 0;
    return (this.#blocks.get(keyOf(ino, 0), first) as { blocks: number }).blocks;
  }

  /** Drops what is cached of the file, dirty or not, from the chunk that contains `size`. */
  forgetFrom(ino: number, size: number): void {
    const first = keyOf(ino, Math.floor(size / CHUNK));
    const end = keyOf(ino + 1, 0);
    for (const chunk of this.#cache.values()) {
      if (chunk.key >= first && chunk.key < end) this.#forget(chunk);
    }
  }
}
