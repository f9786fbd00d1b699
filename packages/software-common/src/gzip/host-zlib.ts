// The host's zlib as a stream of chunks.
import {
  crc32 as crc32OfBytes,
  createDeflateRaw,
  createGunzip,
  createGzip,
  createInflateRaw,
  type DeflateRaw,
  type Gunzip,
  type Gzip,
  type InflateRaw,
} from "node:zlib";

/** At most this much compressed input at a time: a thousandfold of it may come out. */
const PIECE = 8192;

/** zlib's words → gzip's. */
const CAUSES: Readonly<Record<string, string>> = {
  "incorrect data check": "crc error",
  "incorrect length check": "length error",
};

/** CRC-32 of more bytes, after those whose sum is `before`. */
export const crc32 = (bytes: Uint8Array, before = 0): number => crc32OfBytes(bytes, before);

/** Corrupt or truncated input; the text is gzip's. */
export class ZlibError extends Error {
  /** The input ended too early. */
  readonly truncated: boolean;

  constructor(message: string, truncated: boolean) {
    super(message);
    this.truncated = truncated;
  }
}

/** Compresses or expands; what comes out of each chunk is handed back before the next goes in. */
export class ZlibStream {
  readonly #stream: Gzip | Gunzip | DeflateRaw | InflateRaw;
  #out: Uint8Array[] = [];
  #failure: ZlibError | undefined;

  static compressor(level: number): ZlibStream {
    return new ZlibStream(createGzip({ level, chunkSize: 65536 }));
  }

  static expander(): ZlibStream {
    return new ZlibStream(createGunzip({ chunkSize: 65536 }));
  }

  /** Deflate data without a header, as in zip archives. */
  static deflater(level: number): ZlibStream {
    return new ZlibStream(createDeflateRaw({ level, chunkSize: 65536 }));
  }

  static inflater(): ZlibStream {
    return new ZlibStream(createInflateRaw({ chunkSize: 65536 }));
  }

  private constructor(stream: Gzip | Gunzip | DeflateRaw | InflateRaw) {
    this.#stream = stream;
    stream.on("data", (chunk: Uint8Array) => this.#out.push(chunk));
    stream.on("error", (error: NodeJS.ErrnoException) => {
      const corrupt =
        error.code === "Z_DATA_ERROR"
          ? `invalid compressed data--${CAUSES[error.message] ?? "format violated"}`
          : error.message;
      this.#failure = new ZlibError(corrupt, error.code === "Z_BUF_ERROR");
    });
  }

  /** @throws ZlibError */
  async push(chunk: Uint8Array): Promise<Uint8Array[]> {
    // The stream keeps the chunk until it has been worked on; the caller reuses its buffer.
    await new Promise<void>((done) => {
      const stream = this.#stream;
      if (stream.destroyed) return done();
      // A stream that fails is closed without a word about the write.
      stream.once("close", done);
      stream.write(chunk.slice(), () => {
        stream.off("close", done);
        done();
      });
    });
    return this.#take();
  }

  /** push() in pieces, for input that expands. @throws ZlibError */
  async *expand(chunk: Uint8Array): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < chunk.length; at += PIECE) yield* await this.push(chunk.subarray(at, at + PIECE));
  }

  /** @throws ZlibError */
  async end(): Promise<Uint8Array[]> {
    await new Promise<void>((done) => {
      if (this.#stream.destroyed) return done();
      this.#stream.once("close", done);
      this.#stream.end();
    });
    return this.#take();
  }

  close(): void {
    this.#stream.destroy();
  }

  #take(): Uint8Array[] {
    if (this.#failure) throw this.#failure;
    const out = this.#out;
    this.#out = [];
    return out;
  }
}
