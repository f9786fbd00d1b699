// Contents of files that came along with other answers, for the module loader. Each is used once, and only while nothing
// tells that it may have changed.

import type { KernelClient } from "./kernel-client.ts";

const FRESH_MS = 1000;
const MOST_BYTES = 1 << 23;

interface Content {
  readonly bytes: Buffer;
  readonly generation: number;
  readonly news: number;
  readonly at: number;
}

export class BroughtFiles {
  readonly #kernel: KernelClient;
  readonly #now = performance.now.bind(performance);
  readonly #contents = new Map<string, Content>();
  #size = 0;

  constructor(kernel: KernelClient) {
    this.#kernel = kernel;
  }

  /** What an answer that has just come holds of a file. */
  keep(file: string, bytes: Uint8Array): void {
    if (this.#size > MOST_BYTES) {
      this.#contents.clear();
      this.#size = 0;
    }
    const { generation, news } = this.#kernel;
    this.#contents.set(file, { bytes: Buffer.from(bytes), generation, news, at: this.#now() });
    this.#size += bytes.length;
  }

  has(file: string): boolean {
    return this.#contents.has(file);
  }

  take(file: string): Buffer | undefined {
    const content = this.#contents.get(file);
    if (!content) return undefined;
    const { bytes, generation, news, at } = content;
    this.#contents.delete(file);
    this.#size -= bytes.length;
    const isFresh = generation === this.#kernel.generation && news === this.#kernel.news;
    return isFresh && this.#now() - at < FRESH_MS ? bytes : undefined;
  }
}
