// What programs write, and what typing echoes, on its way to the screen: OPOST processing, flow control.
// Linux: do_output_char() and process_echoes() of n_tty.c.

import { OCRNL, ONLCR, ONLRET, ONOCR, OPOST } from "../abi/termios.ts";
import { ByteRing } from "../files/byte-ring.ts";

const BACKSPACE = 8;
const TAB = 9;
const NEWLINE = 10;
const RETURN = 13;
const SCREEN_CAPACITY = 65_536;
const ECHO_MAX = 4096;
/** How many bytes are processed at a time. Twice as many must fit into the ring, as NL becomes CR NL. */
const BLOCK = 4096;
const processed = new Uint8Array(2 * BLOCK);

export class OutputProcessor {
  readonly #oflag: () => number;
  readonly #ring = new ByteRing(SCREEN_CAPACITY);
  /** Echo that could not be shown because the output was stopped or full. */
  #held: number[] = [];
  #stopped = false;
  /** The cursor's column, as far as the bytes tell. */
  column = 0;

  constructor(oflag: () => number) {
    this.#oflag = oflag;
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  /** Screen bytes the terminal can read. */
  get size(): number {
    return this.#ring.size;
  }

  /** Whether all that was written has been read. */
  get drained(): boolean {
    return this.#ring.size === 0 && this.#held.length === 0;
  }

  /** Whether `write` would take a byte. */
  get writable(): boolean {
    return !this.#stopped && this.#ring.free >= 2;
  }

  /** ^S: takes no more output; what has been taken can still be read. */
  stop(): void {
    this.#stopped = true;
  }

  /** ^Q */
  resume(): void {
    this.#stopped = false;
    this.flushEcho();
  }

  /** Takes as much of `from`, beginning at `offset`, as fits; the count. */
  write(from: Uint8Array, offset = 0): number {
    if (this.#stopped) return 0;
    if ((this.#oflag() & OPOST) === 0) return this.#ring.write(from, offset);
    let at = offset;
    while (at < from.length) {
      const room = Math.min(BLOCK, this.#ring.free >> 1, from.length - at);
      if (room === 0) break;
      const length = this.#process(from, at, room);
      this.#ring.write(length === processed.length ? processed : processed.subarray(0, length));
      at += room;
    }
    return at - offset;
  }

  #process(from: Uint8Array, start: number, count: number): number {
    const oflag = this.#oflag();
    let length = 0;
    let column = this.column;
    for (let i = start; i < start + count; i++) {
      let byte = from[i]!;
      if (byte >= 32) {
        if ((byte & 0xc0) !== 0x80) column++;
        processed[length++] = byte;
        continue;
      }
      if (byte === RETURN) {
        if ((oflag & ONOCR) !== 0 && column === 0) continue;
        if ((oflag & OCRNL) !== 0) byte = NEWLINE;
        if (byte === RETURN || (oflag & ONLRET) !== 0) column = 0;
      } else if (byte === NEWLINE) {
        if ((oflag & ONLCR) !== 0) processed[length++] = RETURN;
        if ((oflag & (ONLCR | ONLRET)) !== 0) column = 0;
      } else if (byte === TAB) {
        column += 8 - (column % 8);
      } else if (byte === BACKSPACE && column > 0) {
        column--;
      }
      processed[length++] = byte;
    }
    this.column = column;
    return length;
  }

  /** Queues echo, to be shown by the next `flushEcho`. While the output is blocked, echo beyond ECHO_MAX is lost. */
  echo(bytes: readonly number[]): void {
    if (this.#held.length + bytes.length > ECHO_MAX) this.flushEcho();
    if (this.#held.length + bytes.length > ECHO_MAX) return;
    for (const byte of bytes) this.#held.push(byte);
    // The column must follow what is typed, so that tabs can be erased.
    if (!this.#stopped) this.flushEcho();
  }

  flushEcho(): void {
    if (this.#held.length === 0 || this.#stopped) return;
    const count = this.write(Uint8Array.from(this.#held));
    this.#held = this.#held.slice(count);
  }

  /** Moves screen bytes to the terminal. */
  read(into: Uint8Array): number {
    const count = this.#ring.read(into);
    this.flushEcho();
    return count;
  }

  /** Discards what the terminal has not read. */
  clear(): void {
    this.#ring.clear();
    this.#held = [];
  }
}
