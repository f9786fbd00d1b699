/** Collects bytes in order; many small chunks cost no more than a few large ones. */
export class ByteCollector {
  #chunks: Uint8Array[] = [];
  #tail = new Uint8Array(0);
  #tailLength = 0;

  add(chunk: Uint8Array): void {
    if (chunk.length >= SMALL) {
      this.#flush();
      this.#chunks.push(plain(chunk));
      return;
    }
    if (this.#tailLength + chunk.length > this.#tail.length) {
      this.#flush();
      this.#tail = new Uint8Array(this.#chunks.length === 0 ? SMALL : TAIL);
    }
    this.#tail.set(chunk, this.#tailLength);
    this.#tailLength += chunk.length;
  }

  /** Takes everything out, leaving the collector empty. */
  take(): Uint8Array {
    this.#flush();
    const chunks = this.#chunks;
    this.#chunks = [];
    return concat(chunks);
  }

  #flush(): void {
    if (this.#tailLength > 0) this.#chunks.push(this.#tail.subarray(0, this.#tailLength));
    this.#tail = this.#tail.subarray(this.#tailLength);
    this.#tailLength = 0;
  }
}

const SMALL = 4096;
const TAIL = 65_536;

/** Programs may write Buffers, but the app is promised a plain Uint8Array. */
export function plain(bytes: Uint8Array): Uint8Array {
  return bytes.constructor === Uint8Array
    ? bytes
    : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}

export function concat(chunks: readonly Uint8Array[]): Uint8Array {
  if (chunks.length === 1) return chunks[0]!;
  const whole = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
