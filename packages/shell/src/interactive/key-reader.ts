// Bytes from a terminal → keys: characters, and escape sequences as one key each.

import { decode, isSysError, utf8SequenceLength } from "@agentos/kernel/abi";
import { type Co, wait } from "../co.ts";
import type { Shell } from "../shell.ts";

/** Enough for any character and any sequence a terminal sends; longer ones are cut. */
const MAX_SEQUENCE = 32;

export class KeyReader {
  readonly #shell: Shell;
  readonly #fd: number;
  readonly #buffer = new Uint8Array(256);
  #start = 0;
  #end = 0;

  constructor(shell: Shell, fd: number) {
    this.#shell = shell;
    this.#fd = fd;
  }

  /** Whether more keys are here already: text that is pasted is drawn once. */
  get hasMore(): boolean {
    return this.#start < this.#end;
  }

  /** The next key; undefined at the end of the input, "interrupt" when a signal came. */
  *next(): Co<string | undefined> {
    const first = yield* this.#byte();
    if (first === undefined) return undefined;
    if (first === 27) return yield* this.#escape();
    return yield* this.#character(first);
  }

  *#byte(): Co<number | undefined> {
    if (this.#start >= this.#end) {
      for (;;) {
        try {
          this.#end = yield* wait(this.#shell.proc.read(this.#fd, this.#buffer));
          break;
        } catch (error) {
          if (isSysError(error, "EINTR")) return INTERRUPTED;
          if (isSysError(error, "EIO")) return undefined;
          throw error;
        }
      }
      this.#start = 0;
      if (this.#end === 0) return undefined;
    }
    return this.#buffer[this.#start++]!;
  }

  /** The rest of a character's bytes. */
  *#character(first: number): Co<string> {
    if (first === INTERRUPTED) return "\x03";
    if (first < 0x80) return String.fromCharCode(first);
    const bytes = new Uint8Array(4);
    bytes[0] = first;
    const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 1;
    for (let i = 1; i < length; i++) {
      const next = yield* this.#byte();
      if (next === undefined || next === INTERRUPTED) break;
      bytes[i] = next;
    }
    const valid = utf8SequenceLength(bytes, 0, length);
    return decode(bytes, 0, valid === 0 ? 1 : valid);
  }

  /** ESC x, ESC [ parameters final, ESC O x. */
  *#escape(): Co<string> {
    let keys = "\x1b";
    const second = yield* this.#byte();
    if (second === undefined) return keys;
    keys += yield* this.#character(second);
    if (second === 79) return keys + String.fromCharCode((yield* this.#byte()) ?? 0);
    if (second !== 91) return keys;
    while (keys.length < MAX_SEQUENCE) {
      const byte = yield* this.#byte();
      if (byte === undefined) break;
      keys += String.fromCharCode(byte);
      if (byte >= 0x40 && byte <= 0x7e) break;
    }
    return keys;
  }
}

const INTERRUPTED = -1;
