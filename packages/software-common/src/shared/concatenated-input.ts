import { isSysError } from "@agentos/kernel/abi";
import { errorText, openInput, type Proc, Reader, warn } from "@agentos/kernel/program";
import { shownName } from "./quote.ts";

/** All inputs as one stream; those that cannot be opened are reported and left out. */
export class ConcatenatedInput {
  status = 0;
  readonly #proc: Proc;
  readonly #names: string[];
  #reader: Reader | undefined;
  #fd = 0;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(proc: Proc, operands: readonly string[]) {
    this.#proc = proc;
    this.#names = operands.length === 0 ? ["-"] : [...operands];
  }

  /** Up to `count` bytes, fewer only at the end; undefined if there are none. */
  async take(count: number): Promise<Uint8Array | undefined> {
    const parts: Uint8Array[] = [];
    let length = 0;
    while (length < count) {
      if (this.#rest.length === 0 && !(await this.#refill())) break;
      const part = this.#rest.slice(0, count - length);
      this.#rest = this.#rest.subarray(part.length);
      parts.push(part);
      length += part.length;
    }
    if (length === 0) return undefined;
    if (parts.length === 1) return parts[0];
    const out = new Uint8Array(length);
    let at = 0;
    for (const part of parts) {
      out.set(part, at);
      at += part.length;
    }
    return out;
  }

  /** Passes over up to `count` bytes; answers how many there were. */
  async skip(count: number): Promise<number> {
    let left = count;
    while (left > 0) {
      if (this.#rest.length === 0 && !(await this.#refill())) break;
      const part = Math.min(left, this.#rest.length);
      this.#rest = this.#rest.subarray(part);
      left -= part;
    }
    return count - left;
  }

  async #refill(): Promise<boolean> {
    for (;;) {
      const pause = this.#proc.yield();
      if (pause) await pause;
      const chunk = await this.#reader?.read();
      if (chunk !== undefined) {
        this.#rest = chunk;
        return true;
      }
      if (this.#fd !== 0) await this.#proc.close(this.#fd);
      this.#fd = 0;
      this.#reader = undefined;
      const name = this.#names.shift();
      if (name === undefined) return false;
      await this.#open(name);
    }
  }

  async #open(name: string): Promise<void> {
    try {
      this.#fd = await openInput(this.#proc, name);
      this.#reader = new Reader(this.#proc, this.#fd);
    } catch (error) {
      if (!isSysError(error)) throw error;
      await warn(this.#proc, `${shownName(name)}: ${errorText(error)}`);
      this.status = 1;
    }
  }
}
