import { type MaybePromise, O_RDONLY } from "@agentos/vfs/abi";
import { allocateTextBuffer, type TextBuffer } from "./host-bytes.ts";
import type { Proc } from "./proc.ts";

/** Chunks of a descriptor's data. */
export class Reader {
  readonly #proc: Proc;
  readonly #fd: number;
  readonly #buffer: TextBuffer;

  constructor(proc: Proc, fd: number, size = 65536) {
    this.#proc = proc;
    this.#fd = fd;
    this.#buffer = allocateTextBuffer(size);
  }

  /** The next chunk, a view valid until the next call; undefined at the end. */
  read(): MaybePromise<Uint8Array | undefined> {
    const count = this.#proc.read(this.#fd, this.#buffer);
    return count instanceof Promise ? count.then((n) => this.#view(n)) : this.#view(count);
  }

  #view(count: number): Uint8Array | undefined {
    return count === 0 ? undefined : this.#buffer.subarray(0, count);
  }
}

/** A descriptor for an operand: "-" is standard input. */
export function openInput(proc: Proc, path: string): MaybePromise<number> {
  return path === "-" ? 0 : proc.open(path, O_RDONLY);
}
