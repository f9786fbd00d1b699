import { bytesFromLatin1, indexOfBytes, type MaybePromise } from "@agentos/kernel/abi";
import type { Proc } from "@agentos/kernel/program";
import type { Matcher } from "./matcher.ts";
import type { Settings } from "./settings.ts";

const LARGEST = 1 << 17;

/**
 * Rules small files out that lack what every match holds, by a search of the bytes, where no match also means no
 * output. That is most files of most trees.
 */
export class Sieve {
  readonly #proc: Proc;
  readonly #matcher: Matcher;
  readonly #usable: boolean;
  #buffer: Uint8Array | undefined;
  #literal = "";
  #needle: Uint8Array = new Uint8Array();

  constructor(proc: Proc, { invert, count, list }: Settings, matcher: Matcher) {
    this.#proc = proc;
    this.#matcher = matcher;
    this.#usable = !invert && !count && list !== "without";
  }

  /** Whether nothing is to be found in the file just opened; otherwise it is left at its beginning. */
  rulesOut(fd: number, size: number): MaybePromise<boolean> {
    const { literal } = this.#matcher;
    if (!this.#usable || literal === undefined || size === 0 || size > LARGEST) return false;
    if (literal !== this.#literal) {
      this.#literal = literal;
      this.#needle = bytesFromLatin1(literal);
    }
    this.#buffer ??= new Uint8Array(LARGEST);
    const count = this.#proc.pread(fd, this.#buffer, 0);
    return count instanceof Promise ? count.then((n) => this.#lacks(n, size)) : this.#lacks(count, size);
  }

  #lacks(count: number, size: number): boolean {
    return count === size && indexOfBytes(this.#buffer!.subarray(0, count), this.#needle) < 0;
  }
}
