// What the bzip2 format's reader and writer share. Source: the format's description in Wikipedia's "Bzip2" and bzip2's manual.

export const BLOCK_MAGIC = 0x314159265359;
export const END_MAGIC = 0x177245385090;
/** Symbols that one Huffman table after the other codes. */
export const GROUP_SIZE = 50;
export const MOST_TABLES = 6;
export const MOST_SELECTORS = 18_002;
export const RUN_A = 0;
export const RUN_B = 1;

/** Data that is not, or no longer, bzip2's. */
export class Bzip2Error extends Error {
  readonly truncated: boolean;

  constructor(message: string, truncated = false) {
    super(message);
    this.truncated = truncated;
  }
}

/** A step of long work: it yields when it may pause. */
export type Work<T> = Generator<undefined, T, void>;

const POLYNOMIAL = 0x04c11db7;

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x80000000 ? (crc << 1) ^ POLYNOMIAL : crc << 1;
  return crc;
});

/** CRC-32 with the highest bit first; starts at -1 and is inverted at the end. */
export const crcStep = (crc: number, byte: number): number =>
  (crc << 8) ^ table[((crc >>> 24) ^ byte) & 0xff]!;

/** The stream's checksum after another block's. */
export const combineCrc = (stream: number, block: number): number =>
  (((stream << 1) | (stream >>> 31)) ^ block) >>> 0;
