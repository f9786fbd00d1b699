const SMALLEST = 4096;

/** A part of a file in memory: what was written, and zeros beyond. */
export class Part {
  readonly #most: number;
  #bytes: Uint8Array;
  #length: number;

  constructor(most: number, bytes: Uint8Array = new Uint8Array(0)) {
    this.#most = most;
    this.#bytes = bytes;
    this.#length = bytes.length;
  }

  read(into: Uint8Array, offset: number): void {
    const there = Math.max(0, Math.min(into.length, this.#length - offset));
    into.set(this.#bytes.subarray(offset, offset + there));
    into.fill(0, there);
  }

  write(from: Uint8Array, offset: number): void {
    const end = offset + from.length;
    if (end > this.#bytes.length) this.#grow(end);
    if (offset > this.#length) this.#bytes.fill(0, this.#length, offset);
    this.#bytes.set(from, offset);
    this.#length = Math.max(this.#length, end);
  }

  #grow(end: number): void {
    const bytes = new Uint8Array(Math.min(this.#most, Math.max(end, this.#bytes.length * 2, SMALLEST)));
    bytes.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = bytes;
  }

  cut(length: number): void {
    this.#length = Math.min(this.#length, length);
  }

  /** The first `length` bytes. */
  bytes(length: number): Uint8Array {
    if (this.#bytes.length < length) this.#grow(length);
    if (this.#length < length) this.#bytes.fill(0, this.#length, length);
    return this.#bytes.subarray(0, length);
  }
}
