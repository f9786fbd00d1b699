import { encode, isSysError, type MaybePromise } from "@agentos/vfs/abi";
import { allocateTextBuffer, type TextBuffer } from "./host-bytes.ts";
import type { Proc } from "./proc.ts";

const SMALLEST = 512;
const LARGEST = 65536;
/** Up to this length, a loop over the characters is faster than a native call. */
const SHORT = 48;

/**
 * Buffered output to a descriptor, line-buffered on a terminal. Calls answer undefined unless they must wait: `const
 * pause = out.write(text); if (pause) await pause;`
 */
export class Writer {
  readonly #proc: Proc;
  readonly #fd: number;
  readonly #capacity: number;
  #buffer: TextBuffer | undefined;
  #used = 0;
  #byLine: boolean | undefined;
  #pending: Promise<void> | undefined;
  /** The error with which a write failed. */
  failure: unknown;

  /** @param capacity size of the buffer in bytes; 0 writes everything at once */
  constructor(proc: Proc, fd: number, capacity: number = LARGEST) {
    this.#proc = proc;
    this.#fd = fd;
    this.#capacity = capacity;
  }

  /** Strings are OS strings. */
  write(data: string | Uint8Array): MaybePromise<void> {
    if (typeof data !== "string") return this.#bytes(data);
    const { length } = data;
    if (length <= SHORT && this.#appendAscii(data)) return this.#settle(data.includes("\n"));
    if (!data.isWellFormed()) return this.#bytes(encode(data));
    if (length * 3 > this.#capacity) return this.#bytes(encode(data));
    const pause = this.#reserve(length * 3);
    if (pause) return pause.then(() => this.write(data));
    this.#used += this.#buffer!.utf8Write(data, this.#used);
    return this.#settle(data.includes("\n"));
  }

  /** One byte per character, U+0000…U+00FF. */
  writeLatin1(text: string): MaybePromise<void> {
    const { length } = text;
    if (length > this.#capacity) return this.#longLatin1(text);
    const pause = this.#reserve(length);
    if (pause) return pause.then(() => this.writeLatin1(text));
    const buffer = this.#buffer!;
    let at = this.#used;
    if (length <= SHORT) for (let i = 0; i < length; i++) buffer[at++] = text.charCodeAt(i);
    else at += buffer.latin1Write(text, at);
    this.#used = at;
    return this.#settle(text.includes("\n"));
  }

  /** Writes what is buffered. @throws the error of the write */
  flush(): MaybePromise<void> {
    if (this.#pending) return this.#pending.then(() => this.flush());
    if (this.#used === 0) return;
    const count = this.#used;
    this.#used = 0;
    return this.#send(this.#buffer!.subarray(0, count));
  }

  #appendAscii(text: string): boolean {
    const { length } = text;
    if (this.#pending || this.#used + length > (this.#buffer?.length ?? 0)) {
      if (this.#pending || this.#used + length > this.#capacity) return false;
      this.#grow(this.#used + length);
    }
    const buffer = this.#buffer!;
    const start = this.#used;
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code >= 0x80) return false;
      buffer[start + i] = code;
    }
    this.#used = start + length;
    return true;
  }

  #bytes(data: Uint8Array): MaybePromise<void> {
    if (data.length > this.#capacity - this.#used || data.length >= LARGEST / 2) {
      const pause = this.flush();
      if (pause) return pause.then(() => this.#bytes(data));
      if (data.length >= this.#capacity / 2) return this.#send(data);
    }
    this.#grow(this.#used + data.length);
    this.#buffer!.set(data, this.#used);
    this.#used += data.length;
    return this.#settle(data.includes(10));
  }

  #longLatin1(text: string): MaybePromise<void> {
    const pause = this.flush();
    if (pause) return pause.then(() => this.#longLatin1(text));
    const bytes = allocateTextBuffer(text.length);
    bytes.latin1Write(text, 0);
    return this.#send(bytes);
  }

  /** Makes room for `count` bytes. */
  #reserve(count: number): Promise<void> | undefined {
    if (this.#pending || this.#used + count > this.#capacity) {
      const pause = this.flush();
      if (pause) return pause as Promise<void>;
    }
    this.#grow(this.#used + count);
    return undefined;
  }

  #grow(size: number): void {
    const { length } = this.#buffer ?? { length: 0 };
    if (size <= length && this.#buffer) return;
    const larger = allocateTextBuffer(
      Math.max(SMALLEST, Math.min(Math.max(size, length * 4), Math.max(size, LARGEST))),
    );
    if (this.#used > 0) larger.set(this.#buffer!.subarray(0, this.#used));
    this.#buffer = larger;
  }

  #settle(sawNewline: boolean): MaybePromise<void> {
    if (this.#capacity === 0) return this.flush();
    if (!sawNewline || !(this.#byLine ??= this.#isTerminal())) return;
    return this.flush();
  }

  #isTerminal(): boolean {
    return this.#proc.isatty(this.#fd);
  }

  /** Writes all of `bytes`, in parts if a signal handler interrupts. */
  #send(bytes: Uint8Array, from = 0): MaybePromise<void> {
    for (let at = from; at < bytes.length; ) {
      let sent: MaybePromise<number>;
      try {
        sent = this.#proc.write(this.#fd, at === 0 ? bytes : bytes.subarray(at));
      } catch (error) {
        at += this.#nothingSent(error);
        continue;
      }
      if (sent instanceof Promise) return (this.#pending = this.#sendLater(bytes, at, sent));
      at += sent;
    }
  }

  async #sendLater(bytes: Uint8Array, from: number, sent: Promise<number>): Promise<void> {
    let count: number;
    try {
      count = await sent;
    } catch (error) {
      this.#pending = undefined;
      count = this.#nothingSent(error);
    }
    this.#pending = undefined;
    await this.#send(bytes, from + count);
  }

  /** @throws every failure but EINTR */
  #nothingSent(error: unknown): 0 {
    if (isSysError(error, "EINTR")) return 0;
    this.failure = error;
    throw error;
  }
}

const outputs = new WeakMap<Proc, Writer>();
const errors = new WeakMap<Proc, Writer>();

/** The process's standard output: one Writer, flushed when the Program ends. */
export function stdout(proc: Proc): Writer {
  let writer = outputs.get(proc);
  if (!writer) outputs.set(proc, (writer = new Writer(proc, 1)));
  return writer;
}

/** Standard error, unbuffered. */
export function stderr(proc: Proc): Writer {
  let writer = errors.get(proc);
  if (!writer) errors.set(proc, (writer = new Writer(proc, 2, 0)));
  return writer;
}

/** The standard output if the process has used it. */
export function usedStdout(proc: Proc): Writer | undefined {
  return outputs.get(proc);
}
