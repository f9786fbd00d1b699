import type { ObjectStore } from "./object-store.ts";

/** The least that one request fetches, so that small sequential reads do not make one request each. */
const CHUNK = 2 ** 20;

/** Caches pieces of objects by etag: a changed object has a new one, so that nothing outdated is ever read. */
export class ReadCache {
  readonly #store: ObjectStore;
  readonly #maxBytes: number;
  readonly #chunks = new Map<string, Promise<Uint8Array>>();

  constructor(store: ObjectStore, maxBytes: number) {
    this.#store = store;
    this.#maxBytes = maxBytes;
  }

  /** Fills `into` from `offset` of an object of `size` bytes. @throws ESTALE the object has changed */
  async read(key: string, etag: string, size: number, into: Uint8Array, offset: number): Promise<void> {
    for (let done = 0; done < into.length; ) {
      const position = offset + done;
      const inChunk = position % CHUNK;
      const chunk = await this.#chunk(key, etag, size, position - inChunk);
      const piece = chunk.subarray(inChunk, inChunk + into.length - done);
      into.set(piece, done);
      done += piece.length;
    }
  }

  #chunk(key: string, etag: string, size: number, start: number): Promise<Uint8Array> {
    const id = `${etag} ${start} ${key}`;
    const found = this.#chunks.get(id);
    if (found) this.#chunks.delete(id);
    const chunk = found ?? this.#store.get(key, etag, start, Math.min(size, start + CHUNK));
    this.#chunks.set(id, chunk);
    if (!found) chunk.catch(() => this.#chunks.delete(id));
    if (this.#chunks.size * CHUNK > Math.max(CHUNK, this.#maxBytes)) {
      this.#chunks.delete(this.#chunks.keys().next().value!);
    }
    return chunk;
  }
}
