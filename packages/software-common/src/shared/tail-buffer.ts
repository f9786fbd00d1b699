import { sysError } from "@agentos/kernel/abi";
import { countByte } from "./newlines.ts";

/** What can be held back at most. */
const LARGEST = 2 ** 29;

interface Held {
  bytes: Uint8Array;
  lines: number;
}

/**
 * The end of a stream: holds the chunks that the last `keep` lines or bytes may lie in and hands on all before them.
 */
export class TailBuffer {
  readonly #keep: number;
  readonly #delimiter: number | undefined;
  #held: Held[] = [];
  #first = 0;
  #bytes = 0;
  #lines = 0;

  /** @param delimiter counts lines that end in it; undefined counts bytes */
  constructor(keep: number, delimiter: number | undefined) {
    this.#keep = keep;
    this.#delimiter = delimiter;
  }

  /** Takes a copy of the chunk; answers the chunks that are certainly not part of the end. */
  push(chunk: Uint8Array): Uint8Array[] {
    const lines = this.#delimiter === undefined ? 0 : countByte(chunk, this.#delimiter);
    this.#held.push({ bytes: chunk.slice(), lines });
    this.#bytes += chunk.length;
    this.#lines += lines;
    const out: Uint8Array[] = [];
    for (
      let first = this.#held[this.#first];
      first && this.#dispensable(first);
      first = this.#held[this.#first]
    ) {
      out.push(first.bytes);
      this.#bytes -= first.bytes.length;
      this.#lines -= first.lines;
      this.#first++;
    }
    if (this.#first > 1024) {
      this.#held = this.#held.slice(this.#first);
      this.#first = 0;
    }
    if (this.#bytes > LARGEST) throw sysError("ENOMEM");
    return out;
  }

  #dispensable(first: Held): boolean {
    if (this.#delimiter === undefined) return this.#bytes - first.bytes.length >= this.#keep;
    return this.#lines - first.lines > this.#keep;
  }

  /** What is held, cut where the end begins: [before, the end]. */
  split(): [Uint8Array, Uint8Array] {
    const all = new Uint8Array(this.#bytes);
    let offset = 0;
    for (const { bytes } of this.#held.slice(this.#first)) {
      all.set(bytes, offset);
      offset += bytes.length;
    }
    const start = this.#delimiter === undefined ? Math.max(0, all.length - this.#keep) : this.#lineStart(all);
    return [all.subarray(0, start), all.subarray(start)];
  }

  /** The final delimiter ends the last line; each one before it begins a line. */
  #lineStart(all: Uint8Array): number {
    if (this.#keep === 0) return all.length;
    let at = all.length - 1;
    for (let left = this.#keep; left > 0; left--) {
      if (at <= 0) return 0;
      at = all.lastIndexOf(this.#delimiter!, at - 1);
      if (at < 0) return 0;
    }
    return at + 1;
  }
}
