// Source: POSIX.1-2024 XCU cksum: CRC-32 with polynomial 04C11DB7, the length appended.

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte << 24;
  for (let bit = 0; bit < 8; bit++) value = value & 0x80000000 ? (value << 1) ^ 0x04c11db7 : value << 1;
  return value;
});

export class Crc {
  length = 0;
  #value = 0;

  add(bytes: Uint8Array): void {
    let value = this.#value;
    for (const byte of bytes) value = (value << 8) ^ TABLE[(value >>> 24) ^ byte]!;
    this.#value = value;
    this.length += bytes.length;
  }

  finish(): number {
    const size: number[] = [];
    for (let left = this.length; left > 0; left = Math.floor(left / 256)) size.push(left % 256);
    const { length } = this;
    this.add(Uint8Array.from(size));
    this.length = length;
    return ~this.#value >>> 0;
  }
}
