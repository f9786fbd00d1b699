// The host's end of a pipe, terminal or connection, as a stream of chunks with back-pressure.

import { isSysError, type MaybePromise, sysError } from "@agentos/vfs/abi";
import type { OpenFile } from "./open-file.ts";
import { OutsideTask } from "./outside-task.ts";

const CHUNK = 65_536;

export class OutsideStream {
  readonly file: OpenFile;
  readonly #task = new OutsideTask();
  readonly #buffer = new Uint8Array(CHUNK);
  #closed = false;

  constructor(file: OpenFile) {
    this.file = file;
  }

  /** The next bytes, an array of their own; undefined at the end, also when the terminal hung up. */
  read(): MaybePromise<Uint8Array | undefined> {
    if (this.#closed || this.file.read === undefined) return undefined;
    try {
      const count = this.file.read(this.#buffer, this.#task);
      return count instanceof Promise ? count.then((n) => this.#chunk(n), endOfStream) : this.#chunk(count);
    } catch (error) {
      return endOfStream(error);
    }
  }

  /** Gives all of `chunk`; a promise while the other side does not take it. @throws EPIPE EIO ECONNRESET */
  write(chunk: Uint8Array): MaybePromise<void> {
    if (this.#closed || this.file.write === undefined) throw sysError("EPIPE");
    const count = this.file.write(chunk, this.#task);
    if (count instanceof Promise) return count.then((n) => this.#rest(chunk, n));
    return this.#rest(chunk, count);
  }

  #rest(chunk: Uint8Array, written: number): MaybePromise<void> {
    if (written < chunk.length) return this.write(chunk.subarray(written));
  }

  #chunk(count: number): Uint8Array | undefined {
    return count === 0 ? undefined : this.#buffer.slice(0, count);
  }

  /** Ends pending calls and closes the file. Idempotent. */
  close(): MaybePromise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#task.end();
    return this.file.close();
  }
}

function endOfStream(error: unknown): undefined {
  if (isSysError(error, "EIO") || isSysError(error, "EINTR")) return undefined;
  throw error;
}
