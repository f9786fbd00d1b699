// What passes between a guest process and the kernel. A guest has two streams:
//   calls   guest → kernel: requests; kernel → guest: the reply to a synchronous request, the only bytes this way
//   events  kernel → guest: replies to asynchronous requests, and notices
//
//   request   u32 length of what follows · u32 id (0: synchronous) · value: [call name, argument …]
//   reply     u32 length of what follows · u32 id · i32 errno (0: success) · f64 file-system generation · value
//   notice    a reply with id 0 on the events stream: [name, argument …]
//
// Numbers are little-endian. A guest is hostile: decoding trusts no length and no tag.

import { decode, encode } from "@agentos/vfs/abi";

/** What requests and replies are made of. */
export type Value =
  | undefined
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly Value[]
  | Float64Array;

const Tag = {
  undefined: 0,
  null: 1,
  false: 2,
  true: 3,
  int32: 4,
  float64: 5,
  string: 6,
  bytes: 7,
  list: 8,
  bigint: 9,
  floats: 10,
} as const;

export const LENGTH_SIZE = 4;
/** Length and id. */
const REQUEST_HEAD = 8;
/** Length, id, errno and generation. */
const REPLY_HEAD = 20;
/** Where the bytes begin in a reply whose value is bytes: after their tag and length. */
export const REPLY_BYTES = REPLY_HEAD + 5;
/** The longest frame. A guest that sends a longer one is ended. */
export const LONGEST_FRAME = 1 << 28;
/** The id of a request that is not answered. */
export const NO_REPLY = 0xffffffff;
/**
 * The errno of a call that was not made because the guest is to break off its work. Linux: -ERESTARTSYS, also never
 * seen by programs.
 */
export const INTERRUPTED = -512;
/** The deepest nesting of lists; the calls need two levels. */
const DEEPEST_LIST = 8;
/**
 * The most elements in all lists of a request: in memory, each takes eight times the single byte it may take in the
 * frame.
 */
const MOST_ELEMENTS = 1 << 20;

/** The bytes do not form a frame. */
export class MalformedFrame extends Error {
  override readonly name = "MalformedFrame";
}

const FIRST_SIZE = 4096;
/** A writer does not keep a larger buffer for its next frame. */
const LARGEST_KEPT = 1 << 21;

/** Writes one frame after the other into a buffer that grows. */
export class FrameWriter {
  #bytes = new Uint8Array(FIRST_SIZE);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;

  /** The frame's bytes; valid until the next one is begun. */
  request(id: number, value: Value): Uint8Array {
    this.#begin(REQUEST_HEAD);
    this.#put(value);
    this.#view.setUint32(4, id, true);
    return this.#finish();
  }

  /** Room for the bytes of the next reply; what is written there is not copied again. */
  room(length: number): Uint8Array {
    if (length > LARGEST_KEPT - REPLY_BYTES) return new Uint8Array(length);
    this.#at = 0;
    this.#reserve(REPLY_BYTES + length);
    return this.#bytes.subarray(REPLY_BYTES, REPLY_BYTES + length);
  }

  #begin(at: number): void {
    if (this.#bytes.length > LARGEST_KEPT) this.#resize(FIRST_SIZE);
    this.#at = at;
  }

  #resize(size: number): void {
    this.#bytes = new Uint8Array(size);
    this.#view = new DataView(this.#bytes.buffer);
  }

  reply(id: number, errno: number, generation: number, value: Value): Uint8Array {
    this.#begin(REPLY_HEAD);
    this.#put(value);
    this.#view.setUint32(4, id, true);
    this.#view.setInt32(8, errno, true);
    this.#view.setFloat64(12, generation, true);
    return this.#finish();
  }

  #finish(): Uint8Array {
    this.#view.setUint32(0, this.#at - LENGTH_SIZE, true);
    return this.#bytes.subarray(0, this.#at);
  }

  #reserve(size: number): number {
    const at = this.#at;
    const end = at + size;
    if (end > this.#bytes.length) {
      const before = this.#bytes;
      this.#resize(Math.max(before.length * 2, end));
      this.#bytes.set(before.subarray(0, at));
    }
    this.#at = end;
    return at;
  }

  #tag(tag: number): void {
    const at = this.#reserve(1);
    this.#bytes[at] = tag;
  }

  #put(value: Value): void {
    if (typeof value === "undefined") this.#tag(Tag.undefined);
    else if (typeof value === "boolean") this.#tag(value ? Tag.true : Tag.false);
    else if (typeof value === "number") this.#putNumber(value);
    else if (typeof value === "bigint") this.#putBigint(value);
    else if (typeof value === "string") this.#putBytes(Tag.string, encode(value));
    else this.#putObject(value);
  }

  #putBigint(value: bigint): void {
    const at = this.#reserve(9);
    this.#bytes[at] = Tag.bigint;
    this.#view.setBigInt64(at + 1, value, true);
  }

  #putNumber(value: number): void {
    if ((value | 0) === value && !Object.is(value, -0)) {
      const at = this.#reserve(5);
      this.#bytes[at] = Tag.int32;
      this.#view.setInt32(at + 1, value, true);
    } else {
      const at = this.#reserve(9);
      this.#bytes[at] = Tag.float64;
      this.#view.setFloat64(at + 1, value, true);
    }
  }

  #putBytes(tag: number, bytes: Uint8Array): void {
    const at = this.#reserve(5 + bytes.length);
    this.#bytes[at] = tag;
    this.#view.setUint32(at + 1, bytes.length, true);
    const isThere = bytes.buffer === this.#bytes.buffer && bytes.byteOffset === at + 5;
    if (!isThere) this.#bytes.set(bytes, at + 5);
  }

  #putObject(value: null | Uint8Array | Float64Array | readonly Value[]): void {
    if (value === null) this.#tag(Tag.null);
    else if (value instanceof Uint8Array) this.#putBytes(Tag.bytes, value);
    else if (value instanceof Float64Array) this.#putFloats(value);
    else {
      const at = this.#reserve(5);
      this.#bytes[at] = Tag.list;
      this.#view.setUint32(at + 1, value.length, true);
      for (const item of value) this.#put(item);
    }
  }

  #putFloats(values: Float64Array): void {
    const at = this.#reserve(5 + values.length * 8);
    this.#bytes[at] = Tag.floats;
    this.#view.setUint32(at + 1, values.length, true);
    for (let i = 0; i < values.length; i++) this.#view.setFloat64(at + 5 + i * 8, values[i]!, true);
  }
}

/** Reads one value. Bytes are views on the frame, not copies. */
class ValueReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #end: number;
  #at: number;
  #elementsLeft: number;

  constructor(bytes: Uint8Array, at: number, end: number, mostElements = Number.POSITIVE_INFINITY) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = at;
    this.#end = end;
    this.#elementsLeft = mostElements;
  }

  read(depth = 0): Value {
    const tag = this.#bytes[this.#take(1)];
    switch (tag) {
      case Tag.undefined:
        return undefined;
      case Tag.null:
        return null;
      case Tag.false:
        return false;
      case Tag.true:
        return true;
      case Tag.int32:
        return this.#view.getInt32(this.#take(4), true);
      case Tag.float64:
        return this.#view.getFloat64(this.#take(8), true);
      case Tag.bigint:
        return this.#view.getBigInt64(this.#take(8), true);
      case Tag.string: {
        const length = this.#length();
        const at = this.#take(length);
        return decode(this.#bytes, at, at + length);
      }
      case Tag.bytes: {
        const length = this.#length();
        const at = this.#take(length);
        return this.#bytes.subarray(at, at + length);
      }
      case Tag.list:
        return this.#list(depth);
      case Tag.floats:
        return this.#floats();
      default:
        throw new MalformedFrame(`tag ${tag}`);
    }
  }

  #length(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  #take(size: number): number {
    const at = this.#at;
    if (at + size > this.#end) throw new MalformedFrame("short frame");
    this.#at = at + size;
    return at;
  }

  #list(depth: number): Value[] {
    if (depth >= DEEPEST_LIST) throw new MalformedFrame("lists too deep");
    const count = this.#length();
    if (count > this.#end - this.#at) throw new MalformedFrame("list longer than its frame");
    this.#elementsLeft -= count;
    if (this.#elementsLeft < 0) throw new MalformedFrame("too many elements");
    const list: Value[] = [];
    for (let i = 0; i < count; i++) list.push(this.read(depth + 1));
    return list;
  }

  #floats(): Float64Array {
    const count = this.#length();
    const at = this.#take(count * 8);
    const values = new Float64Array(count);
    for (let i = 0; i < count; i++) values[i] = this.#view.getFloat64(at + i * 8, true);
    return values;
  }
}

export interface Request {
  id: number;
  value: Value;
}

export interface Reply {
  id: number;
  errno: number;
  generation: number;
  value: Value;
}

const viewOf = (frame: Uint8Array): DataView =>
  new DataView(frame.buffer, frame.byteOffset, frame.byteLength);

/** @throws MalformedFrame */
export function requestId(frame: Uint8Array): number {
  if (frame.length < REQUEST_HEAD) throw new MalformedFrame("short frame");
  return viewOf(frame).getUint32(4, true);
}

/** A whole frame, its length included. @throws MalformedFrame */
export function readRequest(frame: Uint8Array): Request {
  return {
    id: requestId(frame),
    value: new ValueReader(frame, REQUEST_HEAD, frame.length, MOST_ELEMENTS).read(),
  };
}

export const generationOf = (reply: DataView): number => reply.getFloat64(12, true);

export function readReply(frame: Uint8Array): Reply {
  const view = viewOf(frame);
  return {
    id: view.getUint32(4, true),
    errno: view.getInt32(8, true),
    generation: generationOf(view),
    value: new ValueReader(frame, REPLY_HEAD, frame.length).read(),
  };
}

/** Whether the value of a reply is bytes; its first REPLY_BYTES bytes are enough to tell. */
export const isBytesReply = (reply: Uint8Array): boolean => reply[REPLY_HEAD] === Tag.bytes;

/** Cuts a stream of bytes into frames. A frame is valid until the next call. */
export class FrameSplitter {
  #kept = new Uint8Array(0);
  #used = 0;

  /** @throws MalformedFrame a frame longer than allowed */
  push(chunk: Uint8Array, onFrame: (frame: Uint8Array) => void): void {
    let bytes = chunk;
    if (this.#used > 0) {
      this.#keep(chunk);
      bytes = this.#kept.subarray(0, this.#used);
    }
    let at = 0;
    while (bytes.length - at >= LENGTH_SIZE) {
      const size = LENGTH_SIZE + viewOf(bytes).getUint32(at, true);
      if (size > LONGEST_FRAME) throw new MalformedFrame("frame too long");
      if (bytes.length - at < size) break;
      onFrame(bytes.subarray(at, at + size));
      at += size;
    }
    this.#keepRest(bytes, at);
  }

  #keep(chunk: Uint8Array): void {
    const needed = this.#used + chunk.length;
    if (needed > this.#kept.length) {
      const larger = new Uint8Array(Math.max(needed, this.#kept.length * 2));
      larger.set(this.#kept.subarray(0, this.#used));
      this.#kept = larger;
    }
    this.#kept.set(chunk, this.#used);
    this.#used = needed;
  }

  #keepRest(bytes: Uint8Array, at: number): void {
    const rest = bytes.length - at;
    if (this.#used > 0) {
      if (rest === 0 && this.#kept.length > LARGEST_KEPT) this.#kept = new Uint8Array(0);
      else this.#kept.copyWithin(0, at, this.#used);
      this.#used = rest;
    } else if (rest > 0) this.#keep(bytes.subarray(at));
  }
}
