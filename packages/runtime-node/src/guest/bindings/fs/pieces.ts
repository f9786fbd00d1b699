// Reads and writes of any length. What one call of the kernel carries is bounded, and so is what it answers while the
// program's event loop is busy: libuv's pool of threads bounds that by their number.

import type { Value } from "@agentos/kernel/channel/guest";
import type { KernelClient } from "../../kernel-client.ts";

/** Bytes of a call that is waited for, or that go out with it. */
export const LARGEST_PIECE = 1 << 26;
/** Bytes of an answer that comes as an event, and how many of these are asked for at once. */
export const LARGEST_EVENT = 1 << 22;
const MOST_READS = 32;

/** A byte count, or a negative errno. */
export type Count = number;
type Done = (count: Count) => void;
type Answered = (errno: number, value: Value) => void;

/** The pieces of `length` bytes one after the other, until one is not moved whole. A failure after the first is not told. */
export function inPieces(length: number, move: (from: number, to: number) => Count): Count {
  for (let done = 0; ; ) {
    const to = Math.min(done + LARGEST_PIECE, length);
    const count = move(done, to);
    if (count < 0) return done || count;
    done += count;
    if (done < to || done === length) return done;
  }
}

function inPiecesLater(
  length: number,
  largest: number,
  move: (from: number, to: number, done: Done) => void,
  finish: Done,
  done = 0,
): void {
  const to = Math.min(done + largest, length);
  move(done, to, (count) => {
    const total = done + Math.max(count, 0);
    if (count < 0) finish(done || count);
    else if (total < to || total === length) finish(total);
    else inPiecesLater(length, largest, move, finish, total);
  });
}

const placeOf = (at: number, from: number): number => (at < 0 ? -1 : at + from);

/** At `at`, or where the file stands if that is negative. */
export function writeNow(kernel: KernelClient, fd: number, data: Uint8Array, at: number): Count {
  return inPieces(data.length, (from, to) => {
    const { errno, value } = kernel.call("write", fd, data.subarray(from, to), placeOf(at, from));
    return errno < 0 ? errno : (value as number);
  });
}

/** @param type what async_hooks know it as */
export function writeLater(
  kernel: KernelClient,
  type: string,
  fd: number,
  data: Uint8Array,
  at: number,
  finish: Done,
): void {
  const move = (from: number, to: number, done: Done): void =>
    kernel.operate(type, "write", [fd, data.subarray(from, to), placeOf(at, from)], (errno, value) =>
      done(errno < 0 ? errno : (value as number)),
    );
  inPiecesLater(data.length, LARGEST_PIECE, move, finish);
}

export function readNow(kernel: KernelClient, fd: number, into: Uint8Array, at: number): Count {
  return inPieces(into.length, (from, to) =>
    kernel.callInto(into.subarray(from, to), "read", fd, to - from, placeOf(at, from)),
  );
}

/** All that is left of an open file. @returns a negative errno if it cannot be read */
export function readToEnd(kernel: KernelClient, fd: number): Buffer | number {
  const pieces: Buffer[] = [];
  for (;;) {
    const { errno, value } = kernel.call("readFile", fd, 0, LARGEST_PIECE);
    if (errno < 0) return errno;
    const piece = value as Uint8Array;
    const isLast = piece.length < LARGEST_PIECE;
    if (isLast && pieces.length === 0) return Buffer.from(piece.buffer, piece.byteOffset, piece.length);
    // Its bytes are those of the last answer.
    pieces.push(Buffer.from(piece));
    if (isLast) return Buffer.concat(pieces);
  }
}

/** The requests that bring bytes of files. */
export class FileReads {
  readonly #kernel: KernelClient;
  readonly #queue: (() => void)[] = [];
  #running = 0;

  constructor(kernel: KernelClient) {
    this.#kernel = kernel;
  }

  request(type: string, name: string, args: readonly Value[], done: Answered): void {
    if (this.#running < MOST_READS) {
      this.#start(type, name, args, done);
      return;
    }
    const { frame } = this.#kernel.origins;
    this.#queue.push(() => this.#kernel.origins.runInFrame(frame, () => this.#start(type, name, args, done)));
  }

  #start(type: string, name: string, args: readonly Value[], done: Answered): void {
    this.#running++;
    this.#kernel.operate(type, name, args, (errno, value) => {
      this.#running--;
      this.#queue.shift()?.();
      done(errno, value);
    });
  }

  /** Reads what `into` holds, at `at` or where the file stands. */
  read(type: string, fd: number, into: Uint8Array, at: number, finish: Done): void {
    const move = (from: number, to: number, done: Done): void =>
      this.request(type, "read", [fd, to - from, placeOf(at, from)], (errno, value) => {
        if (errno < 0) return done(errno);
        into.set(value as Uint8Array, from);
        done((value as Uint8Array).length);
      });
    inPiecesLater(into.length, LARGEST_EVENT, move, finish);
  }
}
