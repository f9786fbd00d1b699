import { type MaybePromise, O_RDONLY } from "@agentos/vfs/abi";
import { releaseBuffer, takeBuffer } from "./buffer-pool.ts";
import type { TextBuffer } from "./host-bytes.ts";
import type { Proc } from "./proc.ts";

/** Reads a descriptor's data in chunks. */
export class Reader {
  readonly #proc: Proc;
  readonly #fd: number;
  readonly #size: number;
  #buffer: TextBuffer | undefined;

  constructor(proc: Proc, fd: number, size = 65536) {
    this.#proc = proc;
    this.#fd = fd;
    this.#size = size;
  }

  /** The next chunk, a view valid until the next call; undefined at the end. */
  read(): MaybePromise<Uint8Array | undefined> {
    const buffer = (this.#buffer ??= takeBuffer(this.#size));
    const count = this.#proc.read(this.#fd, buffer);
    return count instanceof Promise ? count.then((n) => this.#view(buffer, n)) : this.#view(buffer, count);
  }

  #view(buffer: TextBuffer, count: number): Uint8Array | undefined {
    // Not a subarray of the buffer: the slice() of a Buffer makes views, that of a Uint8Array makes copies.
    if (count > 0) return new Uint8Array(buffer.buffer, buffer.byteOffset, count);
    this.#buffer = undefined;
    releaseBuffer(buffer);
    return undefined;
  }
}

/** Opens an operand; "-" means standard input. */
export function openInput(proc: Proc, path: string): MaybePromise<number> {
  return path === "-" ? 0 : proc.open(path, O_RDONLY);
}
