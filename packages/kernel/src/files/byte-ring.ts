// A bounded queue of bytes. Its storage exists only while it holds bytes, so that an idle pipe costs nothing.

const POOLED_SIZE = 65_536;
const POOL_LIMIT = 32;
const pool: Uint8Array[] = [];

function takeStorage(size: number): Uint8Array {
  return (size === POOLED_SIZE ? pool.pop() : undefined) ?? new Uint8Array(size);
}

function giveStorage(storage: Uint8Array): void {
  if (storage.length === POOLED_SIZE && pool.length < POOL_LIMIT) pool.push(storage);
}

const NO_STORAGE = new Uint8Array(0);

export class ByteRing {
  readonly capacity: number;
  #storage: Uint8Array = NO_STORAGE;
  #start = 0;
  #size = 0;

  constructor(capacity = POOLED_SIZE) {
    this.capacity = capacity;
  }

  get size(): number {
    return this.#size;
  }

  get free(): number {
    return this.capacity - this.#size;
  }

  /** Takes as much of `from`, beginning at `offset`, as fits. @returns how many bytes */
  write(from: Uint8Array, offset = 0): number {
    const count = Math.min(from.length - offset, this.capacity - this.#size);
    if (count <= 0) return 0;
    if (this.#size === 0) {
      if (this.#storage.length === 0) this.#storage = takeStorage(this.capacity);
      this.#start = 0;
    }
    let end = this.#start + this.#size;
    if (end >= this.capacity) end -= this.capacity;
    const first = Math.min(count, this.capacity - end);
    copy(from, offset, first, this.#storage, end);
    if (first < count) copy(from, offset + first, count - first, this.#storage, 0);
    this.#size += count;
    return count;
  }

  /** Moves up to `max` bytes into `into` at `offset`. @returns how many */
  read(into: Uint8Array, offset = 0, max = into.length - offset): number {
    const count = Math.min(max, this.#size);
    if (count <= 0) return 0;
    const first = Math.min(count, this.capacity - this.#start);
    copy(this.#storage, this.#start, first, into, offset);
    if (first < count) copy(this.#storage, 0, count - first, into, offset + first);
    this.#advance(count);
    return count;
  }

  /** As `read`, but the bytes stay. */
  peek(into: Uint8Array): number {
    const count = Math.min(into.length, this.#size);
    const first = Math.min(count, this.capacity - this.#start);
    copy(this.#storage, this.#start, first, into, 0);
    if (first < count) copy(this.#storage, 0, count - first, into, first);
    return count;
  }

  /** Removes all bytes. @returns a copy of them */
  takeAll(): Uint8Array {
    const bytes = new Uint8Array(this.#size);
    this.read(bytes);
    return bytes;
  }

  clear(): void {
    this.#advance(this.#size);
  }

  #advance(count: number): void {
    this.#size -= count;
    this.#start += count;
    if (this.#start >= this.capacity) this.#start -= this.capacity;
    if (this.#size > 0 || this.#storage.length === 0) return;
    giveStorage(this.#storage);
    this.#storage = NO_STORAGE;
  }
}

function copy(from: Uint8Array, start: number, count: number, into: Uint8Array, at: number): void {
  if (count < 32) for (let i = 0; i < count; i++) into[at + i] = from[start + i]!;
  else if (start === 0 && count === from.length) into.set(from, at);
  else into.set(from.subarray(start, start + count), at);
}
