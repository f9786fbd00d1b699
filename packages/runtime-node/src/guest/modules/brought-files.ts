// Contents of files that came along with other answers, for the module loader. Each is used once, and only while there
// is no sign that it may have changed.

import type { Value } from "@agentos/kernel/channel/guest";
import type { KernelClient } from "../kernel-client.ts";

const FRESH_MS = 1000;
const MOST_BYTES = 1 << 23;

/** V8's code cache of a module; true: there is none yet; null: there will be none. */
export type Code = Buffer | true | null;

export interface Content {
  readonly bytes: Buffer;
  readonly code: Code;
}

interface Brought extends Content {
  readonly generation: number;
  readonly news: number;
  readonly at: number;
}

export class BroughtFiles {
  readonly #kernel: KernelClient;
  readonly #now = performance.now.bind(performance);
  readonly #contents = new Map<string, Brought>();
  #size = 0;

  constructor(kernel: KernelClient) {
    this.#kernel = kernel;
  }

  /** Keeps the content of a file from an answer that has just come. */
  keep(file: string, content: Content): void {
    if (this.#size > MOST_BYTES) {
      this.#contents.clear();
      this.#size = 0;
    }
    const { generation, news } = this.#kernel;
    this.#contents.set(file, { ...content, generation, news, at: this.#now() });
    this.#size += content.bytes.length;
  }

  has(file: string): boolean {
    return this.#contents.has(file);
  }

  take(file: string): Content | undefined {
    const content = this.#contents.get(file);
    if (!content) return undefined;
    const { bytes, generation, news, at } = content;
    this.#contents.delete(file);
    this.#size -= bytes.length;
    const isFresh = generation === this.#kernel.generation && news === this.#kernel.news;
    return isFresh && this.#now() - at < FRESH_MS ? content : undefined;
  }
}

/** Copies the contents of files out of an answer; null for files without. */
export function contentsIn(bytes: readonly Value[], codes: readonly Value[]): (Content | null)[] {
  return bytes.map((each, i) => {
    if (!each) return null;
    const code = codes[i] as Uint8Array | true | null;
    return {
      bytes: Buffer.from(each as Uint8Array),
      code: code === true || code === null ? code : Buffer.from(code),
    };
  });
}
