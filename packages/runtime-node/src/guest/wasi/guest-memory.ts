// The memory of a WebAssembly program, for WASI's calls. Addresses are unsigned; those outside throw a RangeError.

/** WebAssembly.Memory. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
}

const toText = new TextDecoder();
const toBytes = new TextEncoder();

export class GuestMemory {
  readonly #memory: WasmMemory;

  constructor(memory: WasmMemory) {
    this.#memory = memory;
  }

  /** When a program grows its memory the buffer is replaced, so it is looked up each time. */
  get view(): DataView {
    return new DataView(this.#memory.buffer);
  }

  bytes(address: number, length: number): Uint8Array {
    return new Uint8Array(this.#memory.buffer, address >>> 0, length >>> 0);
  }

  text(address: number, length: number): string {
    return toText.decode(this.bytes(address, length).slice());
  }

  u32(address: number): number {
    return this.view.getUint32(address >>> 0, true);
  }

  u64(address: number): bigint {
    return this.view.getBigUint64(address >>> 0, true);
  }

  setU8(address: number, value: number): void {
    this.view.setUint8(address >>> 0, value);
  }

  setU16(address: number, value: number): void {
    this.view.setUint16(address >>> 0, value, true);
  }

  setU32(address: number, value: number): void {
    this.view.setUint32(address >>> 0, value, true);
  }

  setU64(address: number, value: bigint): void {
    this.view.setBigUint64(address >>> 0, value, true);
  }

  /** The buffers of a list of iovecs. */
  vectors(address: number, count: number): Uint8Array[] {
    return Array.from({ length: count }, (_, i) =>
      this.bytes(this.u32(address + 8 * i), this.u32(address + 8 * i + 4)),
    );
  }

  /** Writes texts, each followed by a zero byte, and a list of their addresses. */
  setTexts(list: number, buffer: number, texts: readonly string[]): void {
    let at = buffer >>> 0;
    texts.forEach((text, i) => {
      const encoded = toBytes.encode(`${text}\0`);
      this.bytes(at, encoded.length).set(encoded);
      this.setU32(list + 4 * i, at);
      at += encoded.length;
    });
  }

  /** Writes the number of texts and how many bytes they take. */
  setSizes(count: number, size: number, texts: readonly string[]): void {
    this.setU32(count, texts.length);
    this.setU32(
      size,
      texts.reduce((sum, text) => sum + toBytes.encode(text).length + 1, 0),
    );
  }
}
