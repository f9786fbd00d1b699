// Values as MessagePack, the body of every frame. Our own implementation, because of three needs: OS strings (lone
// surrogates must survive), byte arrays that are neither copied nor re-encoded, and no run-time code generation.
// Extension types: 1 is a string that is not well-formed UTF-16, 2 is undefined. int64/uint64 stand for bigint.
// Source: MessagePack specification (2013).

import { Buffer } from "node:buffer";

/** Byte arrays of at least this size are parts of their own. */
const OWN_PART = 16_384;
const EXT_STRING = 1;
const EXT_UNDEFINED = 2;
const MAX_DEPTH = 64;

/** Encodes a value. @returns the parts of the encoding, in order; they alias large byte arrays of the value */
export function encode(value: unknown): Uint8Array[] {
  const encoder = new Encoder();
  encoder.value(value, 0);
  return encoder.finish();
}

class Encoder {
  #parts: Uint8Array[] = [];
  #buffer = Buffer.allocUnsafe(512);
  #at = 0;

  finish(): Uint8Array[] {
    if (this.#at > 0) this.#parts.push(this.#buffer.subarray(0, this.#at));
    return this.#parts;
  }

  value(value: unknown, depth: number): void {
    if (depth > MAX_DEPTH) throw new TypeError("value is nested too deeply to be sent to a sidecar");
    if (typeof value === "string") this.#string(value);
    else if (typeof value === "number") this.#number(value);
    else if (typeof value === "boolean") this.#byte(value ? 0xc3 : 0xc2);
    else if (value === undefined) this.#bytesOf(0xd4, EXT_UNDEFINED, 0);
    else if (value === null) this.#byte(0xc0);
    else if (value instanceof Uint8Array) this.#binary(value);
    else if (Array.isArray(value)) this.#array(value, depth);
    else if (typeof value === "object") this.#object(value as Record<string, unknown>, depth);
    else if (typeof value === "bigint") this.#bigint(value);
    else throw new TypeError(`a ${typeof value} cannot be sent to a sidecar`);
  }

  #reserve(count: number): void {
    if (this.#at + count <= this.#buffer.length) return;
    const next = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#at + count));
    this.#buffer.copy(next, 0, 0, this.#at);
    this.#buffer = next;
  }

  #byte(byte: number): void {
    this.#reserve(1);
    this.#buffer[this.#at++] = byte;
  }

  #bytesOf(...bytes: number[]): void {
    for (const byte of bytes) this.#byte(byte);
  }

  /** `marks` are the format's codes for lengths of 8, 16 and 32 bits; 0 where it has none. */
  #length(length: number, marks: readonly [number, number, number]): void {
    this.#reserve(5);
    if (length < 0x100 && marks[0] !== 0) {
      this.#buffer[this.#at] = marks[0];
      this.#buffer[this.#at + 1] = length;
      this.#at += 2;
    } else if (length < 0x10000) {
      this.#buffer[this.#at] = marks[1];
      this.#at = this.#buffer.writeUInt16BE(length, this.#at + 1);
    } else {
      this.#buffer[this.#at] = marks[2];
      this.#at = this.#buffer.writeUInt32BE(length, this.#at + 1);
    }
  }

  #string(text: string): void {
    if (!text.isWellFormed()) {
      this.#illFormed(text);
      return;
    }
    const most = text.length * 3;
    this.#reserve(most + 5);
    const head = most < 32 ? 1 : most < 0x10000 ? 3 : 5;
    const length = this.#buffer.write(text, this.#at + head, "utf8");
    if (head === 1) this.#buffer[this.#at] = 0xa0 | length;
    else if (head === 3) {
      this.#buffer[this.#at] = 0xda;
      this.#buffer.writeUInt16BE(length, this.#at + 1);
    } else {
      this.#buffer[this.#at] = 0xdb;
      this.#buffer.writeUInt32BE(length, this.#at + 1);
    }
    this.#at += head + length;
  }

  #illFormed(text: string): void {
    const length = text.length * 2;
    this.#length(length, [0xc7, 0xc8, 0xc9]);
    this.#byte(EXT_STRING);
    this.#reserve(length);
    this.#at += this.#buffer.write(text, this.#at, "utf16le");
  }

  #number(value: number): void {
    this.#reserve(9);
    if (Number.isInteger(value) && value >= -0x80000000 && value <= 0xffffffff && !Object.is(value, -0)) {
      if (value >= 0 && value < 0x80) this.#buffer[this.#at++] = value;
      else if (value < 0 && value >= -32) this.#buffer[this.#at++] = value & 0xff;
      else if (value >= 0) {
        this.#buffer[this.#at] = 0xce;
        this.#at = this.#buffer.writeUInt32BE(value, this.#at + 1);
      } else {
        this.#buffer[this.#at] = 0xd2;
        this.#at = this.#buffer.writeInt32BE(value, this.#at + 1);
      }
      return;
    }
    this.#buffer[this.#at] = 0xcb;
    this.#at = this.#buffer.writeDoubleBE(value, this.#at + 1);
  }

  #bigint(value: bigint): void {
    this.#reserve(9);
    const signed = value < 0x8000000000000000n;
    this.#buffer[this.#at] = signed ? 0xd3 : 0xcf;
    this.#at = signed
      ? this.#buffer.writeBigInt64BE(value, this.#at + 1)
      : this.#buffer.writeBigUInt64BE(value, this.#at + 1);
  }

  #binary(bytes: Uint8Array): void {
    this.#length(bytes.length, [0xc4, 0xc5, 0xc6]);
    if (bytes.length < OWN_PART) {
      this.#reserve(bytes.length);
      this.#buffer.set(bytes, this.#at);
      this.#at += bytes.length;
      return;
    }
    this.#parts.push(this.#buffer.subarray(0, this.#at), bytes);
    this.#buffer = Buffer.allocUnsafe(512);
    this.#at = 0;
  }

  #array(items: readonly unknown[], depth: number): void {
    if (items.length < 16) this.#byte(0x90 | items.length);
    else this.#length(items.length, [0, 0xdc, 0xdd]);
    for (const item of items) this.value(item, depth + 1);
  }

  #object(object: Record<string, unknown>, depth: number): void {
    const keys = Object.keys(object).filter((key) => object[key] !== undefined);
    if (keys.length < 16) this.#byte(0x80 | keys.length);
    else this.#length(keys.length, [0, 0xde, 0xdf]);
    for (const key of keys) {
      this.#string(key);
      this.value(object[key], depth + 1);
    }
  }
}

/** The inverse of `encode`, for its parts joined. @throws RangeError the message ends too early */
export function decode(bytes: Uint8Array): unknown {
  return new Decoder(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)).value(0);
}

class Decoder {
  readonly #buffer: Buffer;
  #at = 0;

  constructor(buffer: Buffer) {
    this.#buffer = buffer;
  }

  value(depth: number): unknown {
    if (depth > MAX_DEPTH) throw new RangeError("message is nested too deeply");
    const code = this.#buffer.readUInt8(this.#at++);
    if (code < 0x80) return code;
    if (code < 0x90) return this.#object(code & 0x0f, depth);
    if (code < 0xa0) return this.#array(code & 0x0f, depth);
    if (code < 0xc0) return this.#string(code & 0x1f);
    if (code >= 0xe0) return code - 0x100;
    return this.#long(code, depth);
  }

  #long(code: number, depth: number): unknown {
    switch (code) {
      case 0xc0:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xc4:
      case 0xc5:
      case 0xc6:
        return this.#binary(this.#length(code - 0xc4));
      case 0xc7:
      case 0xc8:
      case 0xc9:
        return this.#extension(this.#length(code - 0xc7));
      case 0xcb:
        return this.#buffer.readDoubleBE(this.#skip(8));
      case 0xce:
        return this.#buffer.readUInt32BE(this.#skip(4));
      case 0xcf:
        return this.#buffer.readBigUInt64BE(this.#skip(8));
      case 0xd2:
        return this.#buffer.readInt32BE(this.#skip(4));
      case 0xd3:
        return this.#buffer.readBigInt64BE(this.#skip(8));
      case 0xd4:
        return this.#extension(1);
      case 0xda:
        return this.#string(this.#length(1));
      case 0xdb:
        return this.#string(this.#length(2));
      case 0xdc:
        return this.#array(this.#length(1), depth);
      case 0xdd:
        return this.#array(this.#length(2), depth);
      case 0xde:
        return this.#object(this.#length(1), depth);
      case 0xdf:
        return this.#object(this.#length(2), depth);
      default:
        throw new RangeError(`unexpected code 0x${code.toString(16)} in a message`);
    }
  }

  #skip(count: number): number {
    const at = this.#at;
    this.#at += count;
    return at;
  }

  /** A length field of 1, 2 or 4 bytes, for `power` 0, 1, 2. */
  #length(power: number): number {
    if (power === 0) return this.#buffer.readUInt8(this.#skip(1));
    return power === 1 ? this.#buffer.readUInt16BE(this.#skip(2)) : this.#buffer.readUInt32BE(this.#skip(4));
  }

  #take(length: number): Buffer {
    const start = this.#skip(length);
    if (this.#at > this.#buffer.length) throw new RangeError("message ends early");
    return this.#buffer.subarray(start, this.#at);
  }

  #string(length: number): string {
    const start = this.#skip(length);
    if (this.#at > this.#buffer.length) throw new RangeError("message ends early");
    return this.#buffer.toString("utf8", start, this.#at);
  }

  /** A view if it covers most of its buffer, otherwise a copy: a small result must not keep a large buffer alive. */
  #binary(length: number): Uint8Array {
    const view = this.#take(length);
    return length * 2 >= view.buffer.byteLength
      ? new Uint8Array(view.buffer, view.byteOffset, length)
      : new Uint8Array(view);
  }

  #extension(length: number): unknown {
    const type = this.#buffer.readUInt8(this.#skip(1));
    const data = this.#take(length);
    if (type === EXT_STRING) return data.toString("utf16le");
    if (type === EXT_UNDEFINED) return undefined;
    throw new RangeError(`unexpected extension type ${type} in a message`);
  }

  #array(length: number, depth: number): unknown[] {
    const items: unknown[] = [];
    for (let i = 0; i < length; i++) items.push(this.value(depth + 1));
    return items;
  }

  #object(length: number, depth: number): Record<string, unknown> {
    const object: Record<string, unknown> = {};
    for (let i = 0; i < length; i++) {
      const key = this.value(depth + 1) as string;
      const value = this.value(depth + 1);
      if (key === "__proto__")
        Object.defineProperty(object, key, { value, enumerable: true, writable: true });
      else object[key] = value;
    }
    return object;
  }
}
