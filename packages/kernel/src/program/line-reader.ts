import {
  bytesFromLatin1,
  decode,
  encode,
  latin1FromBytes,
  type MaybePromise,
  sysError,
} from "@agentos/vfs/abi";
import { releaseBuffer, takeBuffer } from "./buffer-pool.ts";
import type { TextBuffer } from "./host-bytes.ts";
import type { Proc } from "./proc.ts";

const CHUNK = 65536;
/** Longer lines are refused; a JavaScript string can hold far more. */
const LONGEST_LINE = 2 ** 28;

/** Reads a descriptor's data as lines, in batches of one chunk each. Lines are latin1 strings: one character per byte. */
export class LineReader {
  readonly #proc: Proc;
  readonly #fd: number;
  readonly #delimiter: string;
  readonly #buffer: TextBuffer;
  /** The pieces of a line whose end has not come yet. */
  #parts: string[] = [];
  #partsLength = 0;
  #ended = false;
  #unterminated = false;

  /** @param delimiter the byte that ends a line */
  constructor(proc: Proc, fd: number, delimiter = 10) {
    this.#proc = proc;
    this.#fd = fd;
    this.#delimiter = String.fromCharCode(delimiter);
    this.#buffer = takeBuffer(CHUNK);
  }

  /** True once the final line had no delimiter. */
  get endsWithoutDelimiter(): boolean {
    return this.#unterminated;
  }

  /** The next lines, without their delimiters; never an empty batch; undefined at the end. @throws ENOMEM */
  next(): MaybePromise<string[] | undefined> {
    while (!this.#ended) {
      const count = this.#proc.read(this.#fd, this.#buffer);
      if (count instanceof Promise) return count.then((n) => this.#accept(n) ?? this.next());
      const lines = this.#accept(count);
      if (lines) return lines;
    }
    return undefined;
  }

  #accept(count: number): string[] | undefined {
    if (count === 0) return this.#finish();
    const lines = this.#buffer.latin1Slice(0, count).split(this.#delimiter);
    const rest = lines.pop()!;
    if (lines.length > 0 && this.#partsLength > 0) {
      lines[0] = this.#parts.join("") + lines[0];
      this.#parts = [];
      this.#partsLength = 0;
    }
    if (rest.length > 0) this.#keep(rest);
    return lines.length > 0 ? lines : undefined;
  }

  #keep(rest: string): void {
    this.#partsLength += rest.length;
    if (this.#partsLength > LONGEST_LINE) throw sysError("ENOMEM");
    this.#parts.push(rest);
  }

  #finish(): string[] | undefined {
    this.#ended = true;
    releaseBuffer(this.#buffer);
    if (this.#partsLength === 0) return undefined;
    this.#unterminated = true;
    return [this.#parts.join("")];
  }
}

const nonAscii = /[^\0-\x7f]/;

/** One character per byte → OS string. */
export function latin1ToOsString(text: string): string {
  return nonAscii.test(text) ? decode(bytesFromLatin1(text)) : text;
}

/** OS string → one character per byte. */
export function osStringToLatin1(text: string): string {
  return nonAscii.test(text) ? latin1FromBytes(encode(text)) : text;
}
