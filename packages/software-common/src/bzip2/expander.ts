import {
  BLOCK_MAGIC,
  Bzip2Error,
  combineCrc,
  crcStep,
  END_MAGIC,
  GROUP_SIZE,
  MOST_SELECTORS,
  MOST_TABLES,
  RUN_A,
  RUN_B,
  type Work,
} from "./format.ts";

/** The longest possible block, including its header and tables. */
const LONGEST_BLOCK = 2_700_000;
const LONGEST_CODE = 20;
const OUT = 65536;

/** More compressed bytes, a view that is valid until the next call; undefined at the end. */
export type Refill = () => Promise<Uint8Array | undefined> | Uint8Array | undefined;

interface Table {
  /** By length of a code: the highest code, and what to add for the place in `symbols`. */
  limit: Int32Array;
  offset: Int32Array;
  symbols: Uint16Array;
  shortest: number;
}

/** Expands bzip2 streams, one after the other. */
export class Expander {
  readonly #refill: Refill;
  #buffer = new Uint8Array(1 << 16);
  #end = 0;
  #at = 0;
  #bits = 0;
  #bitCount = 0;
  #ended = false;

  constructor(refill: Refill) {
    this.#refill = refill;
  }

  /** Bytes, in pieces that are valid until the next. @throws Bzip2Error */
  async *expand(pause: () => Promise<void> | undefined): AsyncGenerator<Uint8Array> {
    for (let streams = 0; ; streams++) {
      await this.#ensure(4);
      if (streams > 0 && this.#end === this.#at) return;
      const [b, z, h, level] = this.#buffer.subarray(this.#at, this.#at + 4);
      const isStream =
        this.#end - this.#at >= 4 && b === 0x42 && z === 0x5a && h === 0x68 && level! > 0x30 && level! < 0x3a;
      if (!isStream && streams > 0) throw new Bzip2Error("trailing garbage after EOF ignored");
      if (!isStream)
        throw new Bzip2Error("bad magic number (file not created by bzip2)", this.#end - this.#at < 4);
      this.#at += 4;
      yield* this.#stream((level! - 0x30) * 100_000, pause);
    }
  }

  async *#stream(most: number, pause: () => Promise<void> | undefined): AsyncGenerator<Uint8Array> {
    let combined = 0;
    for (;;) {
      await this.#ensure(LONGEST_BLOCK);
      const magic = this.#read(24) * 0x1000000 + this.#read(24);
      const crc = (this.#read(16) * 0x10000 + this.#read(16)) >>> 0;
      if (magic === END_MAGIC) {
        if (crc !== combined) throw new Bzip2Error("data integrity (CRC) error in data");
        this.#bitCount = 0;
        return;
      }
      if (magic !== BLOCK_MAGIC) throw new Bzip2Error("bad block header magic");
      let actual = 0;
      for (const piece of this.#block(most)) {
        if (typeof piece === "number") actual = piece;
        else if (piece) yield piece;
        const wait = pause();
        if (wait) await wait;
      }
      if (actual !== crc) throw new Bzip2Error("data integrity (CRC) error in data");
      combined = combineCrc(combined, crc);
    }
  }

  /** Makes that many bytes available, unless the input ends before. */
  async #ensure(count: number): Promise<void> {
    if (this.#end - this.#at >= count || this.#ended) return;
    this.#buffer.copyWithin(0, this.#at, this.#end);
    this.#end -= this.#at;
    this.#at = 0;
    while (this.#end < count) {
      const chunk = await this.#refill();
      if (!chunk) {
        this.#ended = true;
        return;
      }
      if (this.#end + chunk.length > this.#buffer.length) {
        const larger = new Uint8Array(Math.max(this.#buffer.length * 2, this.#end + chunk.length));
        larger.set(this.#buffer.subarray(0, this.#end));
        this.#buffer = larger;
      }
      this.#buffer.set(chunk, this.#end);
      this.#end += chunk.length;
    }
  }

  /** At most 24 bits. */
  #read(count: number): number {
    while (this.#bitCount < count) {
      if (this.#at >= this.#end) throw new Bzip2Error("compressed file ends unexpectedly", true);
      this.#bits = ((this.#bits << 8) | this.#buffer[this.#at++]!) >>> 0;
      this.#bitCount += 8;
    }
    this.#bitCount -= count;
    return (this.#bits >>> this.#bitCount) & ((1 << count) - 1);
  }

  /** The block's bytes, undefined where a pause may be, and its checksum at the end. */
  *#block(most: number): Generator<Uint8Array | number | undefined, void, void> {
    const randomized = this.#read(1);
    if (randomized) throw new Bzip2Error("randomised blocks are of old versions");
    const origin = this.#read(24);
    const { cells, length } = yield* this.#symbols(most);
    if (origin >= length) throw new Bzip2Error("data error");
    yield* inverse(cells, length);
    yield* runs(cells, length, cells[origin]! >>> 8);
  }

  *#symbols(most: number): Work<{ cells: Uint32Array; length: number }> {
    const order = this.#usedBytes();
    const size = order.length + 2;
    const tableCount = this.#read(3);
    if (tableCount < 2 || tableCount > MOST_TABLES) throw new Bzip2Error("data error");
    const selectors = this.#selectors(tableCount);
    const tables = Array.from({ length: tableCount }, () => this.#table(size));
    const cells = new Uint32Array(most);
    let length = 0;
    let run = 0;
    let weight = 1;
    for (let group = 0; group < selectors.length; group++) {
      if (group % 64 === 63) yield undefined;
      const table = tables[selectors[group]!]!;
      for (let i = 0; i < GROUP_SIZE; i++) {
        const symbol = this.#symbol(table);
        if (symbol === RUN_A || symbol === RUN_B) {
          run += weight << symbol;
          weight <<= 1;
          if (run > most) throw new Bzip2Error("data error");
          continue;
        }
        if (run > 0) {
          if (length + run > most) throw new Bzip2Error("data error");
          cells.fill(order[0]!, length, length + run);
          length += run;
          run = 0;
          weight = 1;
        }
        if (symbol === size - 1) return { cells, length };
        if (length >= most) throw new Bzip2Error("data error");
        const place = symbol - 1;
        const byte = order[place]!;
        order.copyWithin(1, 0, place);
        order[0] = byte;
        cells[length++] = byte;
      }
    }
    throw new Bzip2Error("data error");
  }

  #usedBytes(): Uint8Array {
    const used: number[] = [];
    const rows = this.#read(16);
    for (let row = 0; row < 16; row++) {
      if (!(rows & (0x8000 >>> row))) continue;
      const columns = this.#read(16);
      for (let column = 0; column < 16; column++)
        if (columns & (0x8000 >>> column)) used.push(row * 16 + column);
    }
    if (used.length === 0) throw new Bzip2Error("data error");
    return Uint8Array.from(used);
  }

  #selectors(tables: number): Uint8Array {
    const count = this.#read(15);
    if (count === 0) throw new Bzip2Error("data error");
    const recent = Array.from({ length: tables }, (_, i) => i);
    const selectors = new Uint8Array(Math.min(count, MOST_SELECTORS));
    for (let i = 0; i < count; i++) {
      let place = 0;
      while (this.#read(1)) if (++place >= tables) throw new Bzip2Error("data error");
      const [table] = recent.splice(place, 1);
      recent.unshift(table!);
      if (i < selectors.length) selectors[i] = table!;
    }
    return selectors;
  }

  #table(size: number): Table {
    const lengths = new Uint8Array(size);
    let length = this.#read(5);
    for (let symbol = 0; symbol < size; symbol++) {
      for (;;) {
        if (length < 1 || length > LONGEST_CODE) throw new Bzip2Error("data error");
        if (!this.#read(1)) break;
        length += this.#read(1) ? -1 : 1;
      }
      lengths[symbol] = length;
    }
    return tableOf(lengths);
  }

  #symbol({ limit, offset, symbols, shortest }: Table): number {
    let length = shortest;
    let code = this.#read(length);
    while (code > limit[length]!) {
      if (++length > LONGEST_CODE) throw new Bzip2Error("data error");
      code = (code << 1) | this.#read(1);
    }
    return symbols[code + offset[length]!] ?? 0;
  }
}

/** Canonical codes: shorter ones first, and by symbol within a length. */
function tableOf(lengths: Uint8Array): Table {
  const symbols = Uint16Array.from(lengths.keys()).sort((a, b) => lengths[a]! - lengths[b]! || a - b);
  const limit = new Int32Array(LONGEST_CODE + 2).fill(-1);
  const offset = new Int32Array(LONGEST_CODE + 2);
  let code = 0;
  let index = 0;
  for (let length = 1; length <= LONGEST_CODE; length++) {
    offset[length] = index - code;
    while (index < symbols.length && lengths[symbols[index]!] === length) {
      index++;
      code++;
    }
    limit[length] = code - 1;
    code <<= 1;
  }
  return { limit, offset, symbols, shortest: Math.min(...lengths) };
}

/**
 * Inverts the Burrows-Wheeler transform: above its byte, each cell gets the index of the cell that follows it in the
 * text.
 */
function* inverse(cells: Uint32Array, length: number): Generator<undefined, void, void> {
  const next = new Uint32Array(256);
  for (let i = 0; i < length; i++) next[cells[i]!]!++;
  let sum = 0;
  for (let byte = 0; byte < 256; byte++) {
    const count = next[byte]!;
    next[byte] = sum;
    sum += count;
  }
  for (let i = 0; i < length; i++) {
    cells[next[cells[i]! & 0xff]!++]! |= i << 8;
    if (i % OUT === 0) yield undefined;
  }
}

/**
 * Yields the text, expanding runs that were shortened before the transform: four equal bytes and a count of further
 * ones.
 */
function* runs(
  cells: Uint32Array,
  length: number,
  start: number,
): Generator<Uint8Array | number, void, void> {
  const out = new Uint8Array(OUT + 256);
  let filled = 0;
  let crc = -1;
  let at = start;
  let previous = -1;
  let alike = 0;
  for (let i = 0; i < length; i++) {
    const cell = cells[at]!;
    const byte = cell & 0xff;
    at = cell >>> 8;
    if (alike === 4) {
      for (let k = 0; k < byte; k++) {
        out[filled++] = previous;
        crc = crcStep(crc, previous);
      }
      alike = 0;
      previous = -1;
    } else {
      alike = byte === previous ? alike + 1 : 1;
      previous = byte;
      out[filled++] = byte;
      crc = crcStep(crc, byte);
    }
    if (filled < OUT) continue;
    yield out.subarray(0, filled);
    filled = 0;
  }
  if (filled > 0) yield out.subarray(0, filled);
  yield ~crc >>> 0;
}
