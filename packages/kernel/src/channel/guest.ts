// The guest's end of the channel. It owns no descriptor and imports no runtime: whoever boots the guest gives it the raw
// reads and writes, which must never become reachable for the guest's program.

import {
  FrameSplitter,
  FrameWriter,
  generationOf,
  INTERRUPTED,
  isBytesReply,
  LENGTH_SIZE,
  LONGEST_FRAME,
  NO_REPLY,
  REPLY_BYTES,
  type Reply,
  readReply,
  type Value,
} from "./layout.ts";

/** Raw access to the calls stream. Both operations block. */
export interface CallStream {
  write(bytes: Uint8Array): void;
  /** @returns how many bytes, at least one; 0 at the end */
  read(into: Uint8Array, offset: number, length: number): number;
}

export interface GuestChannelOptions {
  calls: CallStream;
  /** Called when the kernel is gone. Does not return. */
  onLost(): never;
  /** Called with each notice that the kernel sends. */
  onNotice(name: string, args: readonly Value[]): void;
}

type Done = (errno: number, value: Value) => void;

const FIRST_REPLY_SIZE = 1 << 16;
/** -ENOBUFS: the result of a call that is longer than the longest frame. */
const TOO_LONG = -105;
/** A buffer larger than this is released at the next call. */
const LARGEST_KEPT = 1 << 22;

export class GuestChannel {
  readonly #options: GuestChannelOptions;
  readonly #writer = new FrameWriter();
  readonly #splitter = new FrameSplitter();
  readonly #waiting = new Map<number, Done>();
  #reply = new Uint8Array(FIRST_REPLY_SIZE);
  #view = new DataView(this.#reply.buffer);
  #lastId = 0;
  /** Whether a call has been made whose answer has not been read completely; if so, how many bytes of it have been. */
  #isAwaited = false;
  #got = 0;
  /** The file-system generation of the last reply. Caches compare it to learn whether they still hold. */
  generation = -1;

  constructor(options: GuestChannelOptions) {
    this.#options = options;
  }

  /** Makes a call and waits for its answer. The bytes in the answer are valid until the next call. */
  call(name: string, ...args: Value[]): Reply {
    if (!this.#ask(name, args))
      return { id: 0, errno: TOO_LONG, generation: this.generation, value: undefined };
    return this.#take(this.#receive(0));
  }

  /** @returns false if the request is longer than the kernel accepts */
  #ask(name: string, args: readonly Value[]): boolean {
    if (this.#reply.length > LARGEST_KEPT) this.#resize(FIRST_REPLY_SIZE);
    const isSent = this.#send(this.#writer.request(0, [name, ...args]));
    this.#got = 0;
    this.#isAwaited = isSent;
    return isSent;
  }

  #send(frame: Uint8Array): boolean {
    if (frame.length > LONGEST_FRAME) return false;
    this.#options.calls.write(frame);
    return true;
  }

  #take(frame: Uint8Array): Reply {
    const reply = readReply(frame);
    this.generation = reply.generation;
    return reply;
  }

  /**
   * Makes a call that answers with bytes, and reads them straight into `target`.
   * @returns how many, or a negative errno
   */
  callInto(target: Uint8Array, name: string, ...args: Value[]): number {
    if (!this.#ask(name, args)) return TOO_LONG;
    const got = this.#receiveHead();
    if (got < REPLY_BYTES || !isBytesReply(this.#reply)) return this.#take(this.#receive(got)).errno;
    this.generation = generationOf(this.#view);
    const length = LENGTH_SIZE + this.#view.getUint32(0, true) - REPLY_BYTES;
    target.set(this.#reply.subarray(REPLY_BYTES, got));
    for (let at = got - REPLY_BYTES; at < length; ) at += this.#readInto(target, at, length - at);
    this.#isAwaited = false;
    return length;
  }

  /** Reads the rest of an answer after V8 was made to break off the call that was waiting for it. */
  finishBrokenCall(): void {
    if (!this.#isAwaited) return;
    while (this.#got < LENGTH_SIZE) this.#readInto(this.#reply, this.#got);
    const size = LENGTH_SIZE + this.#view.getUint32(0, true);
    while (this.#got < size) {
      this.#readInto(this.#reply, LENGTH_SIZE, Math.min(size - this.#got, FIRST_REPLY_SIZE - LENGTH_SIZE));
    }
    this.#isAwaited = false;
  }

  /** Makes a call that is answered later; `done` may keep the bytes it gets. */
  request(name: string, args: readonly Value[], done: Done): number {
    do this.#lastId = (this.#lastId + 1) % NO_REPLY || 1;
    while (this.#waiting.has(this.#lastId));
    const id = this.#lastId;
    // Known before it is sent: a stream may hear the answer while it writes.
    this.#waiting.set(id, done);
    if (!this.#send(this.#writer.request(id, [name, ...args]))) {
      this.#waiting.delete(id);
      done(TOO_LONG, undefined);
    }
    return id;
  }

  /** Makes a call whose answer nobody waits for. */
  post(name: string, ...args: Value[]): void {
    this.#send(this.#writer.request(NO_REPLY, [name, ...args]));
  }

  /** Takes bytes that came on the events stream. */
  receiveEvents(chunk: Uint8Array): void {
    this.#splitter.push(chunk, (frame) => this.#dispatch(readReply(frame.slice())));
  }

  #dispatch({ id, errno, generation, value }: Reply): void {
    this.generation = generation;
    if (id === 0) {
      const [name, ...args] = value as readonly Value[];
      this.#options.onNotice(name as string, args);
      return;
    }
    const done = this.#waiting.get(id);
    if (!done) return;
    this.#waiting.delete(id);
    done(errno, value);
  }

  /** Reads the rest of a reply, of which the first `got` bytes have been read. */
  #receive(got: number): Uint8Array {
    let count = got;
    while (count < LENGTH_SIZE) count += this.#readInto(this.#reply, count);
    const size = LENGTH_SIZE + this.#view.getUint32(0, true);
    if (size > this.#reply.length) this.#grow(size, count);
    while (count < size) count += this.#readInto(this.#reply, count);
    this.#isAwaited = false;
    return this.#reply.subarray(0, size);
  }

  /** Reads enough of a reply to tell whether its value is bytes; a shorter reply entirely. @returns how many bytes */
  #receiveHead(): number {
    let got = 0;
    do got += this.#readInto(this.#reply, got, FIRST_REPLY_SIZE - got);
    while (got < LENGTH_SIZE || got < Math.min(REPLY_BYTES, LENGTH_SIZE + this.#view.getUint32(0, true)));
    return got;
  }

  #readInto(into: Uint8Array, offset: number, length = into.length - offset): number {
    const count = this.#options.calls.read(into, offset, length);
    if (count === 0) this.#options.onLost();
    this.#got += count;
    return count;
  }

  #grow(size: number, used: number): void {
    const before = this.#reply;
    this.#resize(size);
    this.#reply.set(before.subarray(0, used));
  }

  #resize(size: number): void {
    this.#reply = new Uint8Array(size);
    this.#view = new DataView(this.#reply.buffer);
  }
}

export { FrameSplitter, INTERRUPTED, type Value };
