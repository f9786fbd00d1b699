// The host's end of a pipe, terminal or connection, as a stream of chunks with back-pressure.

import { isSysError, type MaybePromise, sysError } from "@agentos/vfs/abi";
import { OutsideTask } from "../process/outside-task.ts";
import type { OpenFile } from "./open-file.ts";

const CHUNK = 65_536;

/** Reads and writes an open file from outside the VM. */
export class OutsideStream {
  readonly file: OpenFile;
  readonly #task = new OutsideTask();
  /** Allocated by the first read, as many streams are only written to. */
  #buffer: Uint8Array | undefined;
  #closed = false;

  constructor(file: OpenFile) {
    this.file = file;
  }

  /** The next bytes, in a fresh array; undefined at the end, and when the terminal has hung up. */
  read(): MaybePromise<Uint8Array | undefined> {
    if (this.#closed || this.file.read === undefined) return undefined;
    try {
      this.#buffer ??= new Uint8Array(CHUNK);
      const buffer = this.#buffer;
      const count = this.file.read(buffer, this.#task);
      if (count instanceof Promise) return count.then((n) => chunkOf(buffer, n), endOfStream);
      return chunkOf(buffer, count);
    } catch (error) {
      return endOfStream(error);
    }
  }

  /** Writes all of `chunk`. Answers with a promise while the other side has no room. @throws EPIPE EIO ECONNRESET */
  write(chunk: Uint8Array): MaybePromise<void> {
    if (this.#closed || this.file.write === undefined) throw sysError("EPIPE");
    const count = this.file.write(chunk, this.#task);
    if (count instanceof Promise) return count.then((n) => this.#rest(chunk, n));
    return this.#rest(chunk, count);
  }

  #rest(chunk: Uint8Array, written: number): MaybePromise<void> {
    if (written < chunk.length) return this.write(chunk.subarray(written));
  }

  /** Ends pending calls and closes the file. Idempotent. */
  close(): MaybePromise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#task.end();
    return this.file.close();
  }
}

function chunkOf(buffer: Uint8Array, count: number): Uint8Array | undefined {
  return count === 0 ? undefined : buffer.slice(0, count);
}

function endOfStream(error: unknown): undefined {
  if (isSysError(error, "EIO") || isSysError(error, "EINTR")) return undefined;
  throw error;
}
