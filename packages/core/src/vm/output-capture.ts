import type { OutputSink } from "./output-hub.ts";

/** What a command writes, up to a limit on all of it together. */
export class OutputCapture {
  readonly stdout: OutputSink;
  readonly stderr: OutputSink;
  /** Resolves when nobody can write any more. */
  readonly ended: Promise<void>;
  truncated = false;
  readonly #onFull: () => void;
  readonly #chunks = { stdout: [] as Uint8Array[], stderr: [] as Uint8Array[] };
  #room: number;
  #open = 2;
  #closed = false;

  /** `onFull` is called once, with the first byte too many. */
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

  /** Whether something still may be written. */
  get isOpen(): boolean {
    return this.#open > 0;
  }

  /** What was written so far; what comes later is dropped. */
  close(): { stdout: Uint8Array; stderr: Uint8Array } {
    this.#closed = true;
    return { stdout: concat(this.#chunks.stdout), stderr: concat(this.#chunks.stderr) };
  }

  #take(stream: "stdout" | "stderr", chunk: Uint8Array): undefined {
    if (this.#closed || this.truncated) return;
    const fits = chunk.length <= this.#room;
    this.#chunks[stream].push(fits ? chunk : chunk.slice(0, this.#room));
    this.#room -= chunk.length;
    if (fits) return;
    this.truncated = true;
    this.#onFull();
  }
}

/** Programs may write Buffers; the app gets what it is told: a Uint8Array. */
export function plain(bytes: Uint8Array): Uint8Array {
  return bytes.constructor === Uint8Array
    ? bytes
    : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}

export function concat(chunks: readonly Uint8Array[]): Uint8Array {
  if (chunks.length === 1) return plain(chunks[0]!);
  const whole = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
