import type { MaybePromise } from "@agentos/kernel/abi";
import { type Proc, Writer } from "@agentos/kernel/program";
import { Compressor } from "../bzip2/compressor.ts";
import { ZlibStream } from "../gzip/host-zlib.ts";
import { BLOCK, encodeHeader, type Member, padded } from "./header.ts";

/** GNU pads archives to 20 blocks. */
const RECORD = 20 * BLOCK;
const CHUNK = 1 << 16;
const ZEROS = new Uint8Array(BLOCK);

export type Compression = "gzip" | "bzip2" | undefined;

/** Writes members and their data to a descriptor in large chunks, compressed on the way if wanted. */
export class ArchiveWriter {
  readonly #out: Writer;
  readonly #proc: Proc;
  readonly #zlib: ZlibStream | undefined;
  readonly #bzip2: Compressor | undefined;
  readonly #chunk = new Uint8Array(CHUNK);
  #used = 0;
  #written: number;

  /** @param offset bytes of members that are there already */
  constructor(proc: Proc, fd: number, compression: Compression, offset = 0) {
    this.#proc = proc;
    this.#written = offset;
    this.#out = new Writer(proc, fd);
    this.#zlib = compression === "gzip" ? ZlibStream.compressor(6) : undefined;
    this.#bzip2 = compression === "bzip2" ? new Compressor(9) : undefined;
  }

  header(member: Member): MaybePromise<void> {
    return this.data(encodeHeader(member));
  }

  /** Takes a copy of the bytes. */
  data(bytes: Uint8Array): MaybePromise<void> {
    const room = CHUNK - this.#used;
    const now = bytes.length <= room ? bytes : bytes.subarray(0, room);
    this.#chunk.set(now, this.#used);
    this.#used += now.length;
    this.#written += now.length;
    if (now.length < bytes.length) return this.#flush().then(() => this.data(bytes.subarray(room)));
  }

  /** Fills the last block of a member's data. */
  pad(size: number): MaybePromise<void> {
    const missing = padded(size) - size;
    if (missing > 0) return this.data(ZEROS.subarray(0, missing));
  }

  async end(): Promise<void> {
    const end = Math.ceil((this.#written + 2 * BLOCK) / RECORD) * RECORD;
    await this.data(new Uint8Array(end - this.#written));
    await this.#flush();
    if (this.#bzip2) await this.#pass(this.#bzip2.end());
    if (this.#zlib) for (const chunk of await this.#zlib.end()) await this.#out.write(chunk);
    await this.#out.flush();
  }

  close(): void {
    this.#zlib?.close();
  }

  async #flush(): Promise<void> {
    const bytes = this.#chunk.subarray(0, this.#used);
    this.#used = 0;
    if (this.#bzip2) return this.#pass(this.#bzip2.push(bytes));
    if (!this.#zlib) return this.#out.write(bytes);
    for (const chunk of await this.#zlib.push(bytes)) await this.#out.write(chunk);
  }

  async #pass(pieces: Iterable<Uint8Array | undefined>): Promise<void> {
    for (const piece of pieces) {
      if (piece) await this.#out.write(piece);
      const pause = this.#proc.yield();
      if (pause) await pause;
    }
  }
}
