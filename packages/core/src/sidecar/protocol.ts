// Frames on the wire: u32 length of the body, u8 type, u32 id, body (MessagePack). Little-endian.
//
// A request's id also names its reply, its cancellation, and the stream that it may open. Each side numbers its own
// requests: the app's are even, the sidecar's odd.

import { Buffer } from "node:buffer";
import { decode, encode } from "./codec.ts";

const HEADER_SIZE = 9;
/** A larger frame is an error of the peer: data of more than a megabyte travels in streams. */
const MAX_FRAME = 0x3fff_ffff;

/** The frame types. Requests: [method, ...args]. Stream items are bodies; CREDIT's body is a count of bytes. */
export const FRAME = {
  request: 1,
  reply: 2,
  failure: 3,
  cancel: 4,
  /** Like `request`, without a reply. */
  notice: 5,
  item: 6,
  end: 7,
  close: 8,
  credit: 9,
} as const;

/** How many bytes of items one side of a stream may send before the other has consumed any. */
export const STREAM_WINDOW = 1 << 18;

export interface Frame {
  type: number;
  id: number;
  body: unknown;
  /** The encoded length of the body: what an item takes of its stream's window. */
  size: number;
}

/** The parts of one frame, ready to be written, and the length of its body. */
export function frameParts(type: number, id: number, body: unknown): { parts: Uint8Array[]; size: number } {
  const parts = body === undefined ? [] : encode(body);
  let size = 0;
  for (const part of parts) size += part.length;
  if (size > MAX_FRAME) throw new RangeError(`a message of ${size} bytes is too large`);
  const header = Buffer.allocUnsafe(HEADER_SIZE);
  header.writeUInt32LE(size, 0);
  header.writeUInt8(type, 4);
  header.writeUInt32LE(id, 5);
  const first = parts[0];
  if (first !== undefined && first.length < 4096) parts[0] = Buffer.concat([header, first]);
  else parts.unshift(header);
  return { parts, size };
}

/** Splits incoming data into frames. */
export class FrameReader {
  readonly #onFrame: (frame: Frame) => void;
  readonly #header = Buffer.alloc(HEADER_SIZE);
  #headerLength = 0;
  #body: Buffer | undefined;
  #bodyLength = 0;

  constructor(onFrame: (frame: Frame) => void) {
    this.#onFrame = onFrame;
  }

  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) at = this.#body === undefined ? this.#start(chunk, at) : this.#fill(chunk, at);
  }

  /** Reads a header, and its body if the chunk holds all of it. */
  #start(chunk: Buffer, at: number): number {
    const take = Math.min(HEADER_SIZE - this.#headerLength, chunk.length - at);
    chunk.copy(this.#header, this.#headerLength, at, at + take);
    this.#headerLength += take;
    if (this.#headerLength < HEADER_SIZE) return at + take;
    const start = at + take;
    const size = this.#header.readUInt32LE(0);
    if (size > MAX_FRAME) throw new RangeError(`a message of ${size} bytes is too large`);
    if (start + size <= chunk.length) {
      this.#deliver(chunk.subarray(start, start + size));
      return start + size;
    }
    this.#body = Buffer.allocUnsafeSlow(size);
    this.#bodyLength = 0;
    return start;
  }

  #fill(chunk: Buffer, at: number): number {
    const body = this.#body!;
    const take = Math.min(body.length - this.#bodyLength, chunk.length - at);
    chunk.copy(body, this.#bodyLength, at, at + take);
    this.#bodyLength += take;
    if (this.#bodyLength === body.length) {
      this.#body = undefined;
      this.#deliver(body);
    }
    return at + take;
  }

  #deliver(body: Buffer): void {
    this.#headerLength = 0;
    const type = this.#header.readUInt8(4);
    const id = this.#header.readUInt32LE(5);
    this.#onFrame({ type, id, body: body.length === 0 ? undefined : decode(body), size: body.length });
  }
}
