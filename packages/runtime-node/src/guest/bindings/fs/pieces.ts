// Reads and writes of any length, in pieces. There is a limit to what one call to the kernel carries, and to how many
// answers may be on their way while the program is busy (in libuv, the thread pool's size limits that).

import type { Value } from "@agentos/kernel/channel/guest";
import type { KernelClient } from "../../kernel-client.ts";

/** How many bytes a synchronous call carries, or an asynchronous one sends. */
export const LARGEST_PIECE = 1 << 26;
/** How many bytes an answer in the form of an event carries, and how many such answers are asked for at once. */
export const LARGEST_EVENT = 1 << 22;
const MOST_READS = 32;

/** A byte count, or a negative errno. */
export type Count = number;
type Done = (count: Count) => void;
type Answered = (errno: number, value: Value) => void;

/**
 * Moves `length` bytes piece by piece, until one is not moved completely. An error after the first piece is not
 * reported.
 */
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

/** Writes at `at` or, if that is negative, at the file's position. */
export function writeNow(kernel: KernelClient, fd: number, data: Uint8Array, at: number): Count {
  return inPieces(data.length, (from, to) => {
    const { errno, value } = kernel.call("write", fd, data.subarray(from, to), placeOf(at, from));
    return errno < 0 ? errno : (value as number);
  });
}

/** @param type the type that async_hooks show */
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

/** Reads the rest of an open file. @returns a negative errno if that fails */
export function readToEnd(kernel: KernelClient, fd: number): Buffer | number {
  const pieces: Buffer[] = [];
  for (;;) {
    const { errno, value } = kernel.call("readFile", fd, 0, LARGEST_PIECE);
    if (errno < 0) return errno;
    const piece = value as Uint8Array;
    const isLast = piece.length < LARGEST_PIECE;
    if (isLast && pieces.length === 0) return Buffer.from(piece.buffer, piece.byteOffset, piece.length);
    // Copied, as these bytes belong to the last answer.
    pieces.push(Buffer.from(piece));
    if (isLast) return Buffer.concat(pieces);
  }
}

/** Requests for bytes of files. */
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

  /** Fills `into` with bytes at `at` or, if that is negative, at the file's position. */
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
