import { ByteCollector } from "../byte-collector.ts";
import type { OutputSink } from "./output-hub.ts";

/** Captures what a command writes, up to a limit on everything together. */
export class OutputCapture {
  readonly stdout: OutputSink;
  readonly stderr: OutputSink;
  /** Resolves when nobody can write any more. */
  readonly ended: Promise<void>;
  truncated = false;
  readonly #onFull: () => void;
  readonly #collected = { stdout: new ByteCollector(), stderr: new ByteCollector() };
  #room: number;
  #open = 2;
  #closed = false;

  /** @param onFull called once, when the limit is exceeded */
  constructor(maxBytes: number, onFull: () => void) {
    this.#room = maxBytes;
    this.#onFull = onFull;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ended = promise;
    const end = () => {
      if (--this.#open === 0) resolve();
    };
    this.stdout = { receive: (chunk) => this.#take("stdout", chunk), end };
    this.stderr = { receive: (chunk) => this.#take("stderr", chunk), end };
  }

  /** Whether anything can still be written. */
  get isOpen(): boolean {
    return this.#open > 0;
  }

  /** @returns what was written so far; whatever comes later is dropped */
  close(): { stdout: Uint8Array; stderr: Uint8Array } {
    this.#closed = true;
    return { stdout: this.#collected.stdout.take(), stderr: this.#collected.stderr.take() };
  }

  #take(stream: "stdout" | "stderr", chunk: Uint8Array): undefined {
    if (this.#closed || this.truncated) return;
    const fits = chunk.length <= this.#room;
    this.#collected[stream].add(fits ? chunk : chunk.subarray(0, this.#room));
    this.#room -= chunk.length;
    if (fits) return;
    this.truncated = true;
    this.#onFull();
  }
}
