import { sortRotations } from "./block-sort.ts";
import {
  BLOCK_MAGIC,
  combineCrc,
  crcStep,
  END_MAGIC,
  GROUP_SIZE,
  MOST_TABLES,
  RUN_A,
  RUN_B,
  type Work,
} from "./format.ts";
import { codeLengths, codesOf } from "./huffman.ts";

/** How many bytes of a block stay free for a run at its end. */
const MARGIN = 19;
const LONGEST_RUN = 255;
/** How many times the tables, and the choice between them, are improved by each other. */
const ROUNDS = 4;

/** Writes bits, the highest first. */
class BitWriter {
  #bytes = new Uint8Array(1 << 16);
  #length = 0;
  #bits = 0;
  #count = 0;

  write(value: number, count: number): void {
    for (let left = count; left > 0; ) {
      const taken = Math.min(left, 8 - this.#count);
      const part = Math.floor(value / 2 ** (left - taken)) % 2 ** taken;
      this.#bits = (this.#bits << taken) | part;
      this.#count += taken;
      left -= taken;
      if (this.#count < 8) continue;
      if (this.#length === this.#bytes.length) {
        const larger = new Uint8Array(this.#length * 2);
        larger.set(this.#bytes);
        this.#bytes = larger;
      }
      this.#bytes[this.#length++] = this.#bits;
      this.#bits = this.#count = 0;
    }
  }

  /** What is complete so far. */
  take(): Uint8Array {
    const taken = this.#bytes.slice(0, this.#length);
    this.#length = 0;
    return taken;
  }

  align(): void {
    if (this.#count > 0) this.write(0, 8 - this.#count);
  }
}

/** Compresses a stream of bytes. */
export class Compressor {
  readonly #out = new BitWriter();
  readonly #block: Uint8Array;
  readonly #most: number;
  #filled = 0;
  #crc = -1;
  #streamCrc = 0;
  #runByte = -1;
  #runLength = 0;

  /** @param level 1 to 9: blocks of so many hundred thousand bytes */
  constructor(level: number) {
    this.#block = new Uint8Array(level * 100_000);
    this.#most = this.#block.length - MARGIN;
    for (const char of `BZh${level}`) this.#out.write(char.charCodeAt(0), 8);
  }

  /** Yields compressed bytes, or nothing where a pause may be. */
  *push(chunk: Uint8Array): Generator<Uint8Array | undefined, void, void> {
    for (const byte of chunk) {
      if (byte !== this.#runByte || this.#runLength === LONGEST_RUN) {
        this.#endRun();
        if (this.#filled >= this.#most) yield* this.#endBlock();
        this.#runByte = byte;
        this.#runLength = 0;
      }
      this.#runLength++;
      this.#crc = crcStep(this.#crc, byte);
    }
    yield undefined;
  }

  *end(): Generator<Uint8Array | undefined, void, void> {
    this.#endRun();
    if (this.#filled > 0) yield* this.#endBlock();
    this.#out.write(END_MAGIC, 48);
    this.#out.write(this.#streamCrc, 32);
    this.#out.align();
    yield this.#out.take();
  }

  #endRun(): void {
    const length = this.#runLength;
    if (length === 0) return;
    const alike = Math.min(length, 4);
    this.#block.fill(this.#runByte, this.#filled, this.#filled + alike);
    this.#filled += alike;
    if (length >= 4) this.#block[this.#filled++] = length - 4;
    this.#runLength = 0;
  }

  *#endBlock(): Generator<Uint8Array | undefined, void, void> {
    const length = this.#filled;
    const crc = ~this.#crc >>> 0;
    this.#streamCrc = combineCrc(this.#streamCrc, crc);
    const order = yield* sortRotations(this.#block, length);
    this.#out.write(BLOCK_MAGIC, 48);
    this.#out.write(crc, 32);
    this.#out.write(0, 1);
    this.#out.write(order.indexOf(0), 24);
    const { symbols, used } = yield* moveToFront(this.#block, order);
    this.#writeUsed(used);
    yield* this.#writeSymbols(symbols, used.length + 2);
    this.#filled = 0;
    this.#crc = -1;
    yield this.#out.take();
  }

  #writeUsed(used: readonly number[]): void {
    const rows = new Uint16Array(16);
    for (const byte of used) rows[byte >> 4]! |= 0x8000 >>> (byte & 15);
    this.#out.write(
      rows.reduce((bits, row, at) => (row ? bits | (0x8000 >>> at) : bits), 0),
      16,
    );
    for (const row of rows) if (row) this.#out.write(row, 16);
  }

  *#writeSymbols(symbols: Uint16Array, size: number): Work<void> {
    const { tables, selectors } = yield* chooseTables(symbols, size);
    const out = this.#out;
    out.write(tables.length, 3);
    out.write(selectors.length, 15);
    const recent = [...tables.keys()];
    for (const selector of selectors) {
      const place = recent.indexOf(selector);
      recent.splice(place, 1);
      recent.unshift(selector);
      for (let i = 0; i < place; i++) out.write(1, 1);
      out.write(0, 1);
    }
    for (const lengths of tables) {
      let current = lengths[0]!;
      out.write(current, 5);
      for (const length of lengths) {
        for (; current < length; current++) out.write(0b10, 2);
        for (; current > length; current--) out.write(0b11, 2);
        out.write(0, 1);
      }
    }
    const codes = tables.map(codesOf);
    for (let at = 0; at < symbols.length; at++) {
      const table = selectors[Math.floor(at / GROUP_SIZE)]!;
      const symbol = symbols[at]!;
      out.write(codes[table]![symbol]!, tables[table]![symbol]!);
      if (at % 4096 === 0) yield undefined;
    }
  }
}

/**
 * Encodes the last column of the sorted rotations as positions in a list of recent bytes, with runs of position 0 as
 * binary digits.
 */
function* moveToFront(block: Uint8Array, order: Int32Array): Work<{ symbols: Uint16Array; used: number[] }> {
  const { length } = order;
  const present = new Set(block.subarray(0, length));
  const used = [...present].sort((a, b) => a - b);
  const recent = Uint8Array.from(used);
  const symbols = new Uint16Array(length + 1);
  let count = 0;
  let run = 0;
  const endRun = () => {
    for (; run > 0; run = (run - 1) >> 1) symbols[count++] = run & 1 ? RUN_A : RUN_B;
  };
  for (let i = 0; i < length; i++) {
    if (i % 8192 === 0) yield undefined;
    const at = order[i]!;
    const byte = block[at === 0 ? length - 1 : at - 1]!;
    if (recent[0] === byte) {
      run++;
      continue;
    }
    endRun();
    const place = recent.indexOf(byte);
    recent.copyWithin(1, 0, place);
    recent[0] = byte;
    symbols[count++] = place + 1;
  }
  endRun();
  symbols[count++] = used.length + 1;
  return { symbols: symbols.slice(0, count), used };
}

const tableCountFor = (symbols: number): number =>
  symbols < 200 ? 2 : symbols < 600 ? 3 : symbols < 1200 ? 4 : symbols < 2400 ? 5 : MOST_TABLES;

/**
 * Chooses Huffman tables: each starts out suited to a part of the symbols; groups pick the best one, and the tables
 * are recomputed.
 */
function* chooseTables(
  symbols: Uint16Array,
  size: number,
): Work<{ tables: Uint8Array[]; selectors: Uint8Array }> {
  const count = tableCountFor(symbols.length);
  const share = Math.ceil(size / count);
  let tables: Uint8Array[] = Array.from({ length: count }, (_, table) =>
    Uint8Array.from({ length: size }, (_, symbol) => (Math.floor(symbol / share) === table ? 1 : 15)),
  );
  const selectors = new Uint8Array(Math.ceil(symbols.length / GROUP_SIZE));
  for (let round = 0; round < ROUNDS; round++) {
    const counts = tables.map(() => new Uint32Array(size));
    for (let group = 0; group < selectors.length; group++) {
      const part = symbols.subarray(group * GROUP_SIZE, (group + 1) * GROUP_SIZE);
      let best = 0;
      let least = Number.POSITIVE_INFINITY;
      for (const [table, lengths] of tables.entries()) {
        let cost = 0;
        for (const symbol of part) cost += lengths[symbol]!;
        if (cost < least) {
          least = cost;
          best = table;
        }
      }
      selectors[group] = best;
      for (const symbol of part) counts[best]![symbol]!++;
      if (group % 128 === 0) yield undefined;
    }
    tables = counts.map(codeLengths);
  }
  return { tables, selectors };
}
