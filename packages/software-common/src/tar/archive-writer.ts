import { type Proc, Writer } from "@agentos/kernel/program";
import { ZlibStream } from "../gzip/host-zlib.ts";
import { BLOCK, encodeHeader, type Member, padded } from "./header.ts";

/** GNU pads archives to 20 blocks. */
const RECORD = 20 * BLOCK;

/** Writes members and their data to a descriptor, compressed on the way if wanted. */
export class ArchiveWriter {
  readonly #out: Writer;
  readonly #zlib: ZlibStream | undefined;
  #written: number;

  /** @param offset bytes of members that are there already */
  constructor(proc: Proc, fd: number, compressed: boolean, offset = 0) {
    this.#written = offset;
    this.#out = new Writer(proc, fd);
    this.#zlib = compressed ? ZlibStream.compressor(6) : undefined;
  }

  async header(member: Member): Promise<void> {
    await this.data(encodeHeader(member));
  }

  async data(bytes: Uint8Array): Promise<void> {
    this.#written += bytes.length;
    if (!this.#zlib) return this.#out.write(bytes);
    for (const chunk of await this.#zlib.push(bytes)) await this.#out.write(chunk);
  }

  /** Fills the last block of a member's data. */
  async pad(size: number): Promise<void> {
    if (padded(size) > size) await this.data(new Uint8Array(padded(size) - size));
  }

  async end(): Promise<void> {
    const end = Math.ceil((this.#written + 2 * BLOCK) / RECORD) * RECORD;
    await this.data(new Uint8Array(end - this.#written));
    if (this.#zlib) for (const chunk of await this.#zlib.end()) await this.#out.write(chunk);
    await this.#out.flush();
  }

  close(): void {
    this.#zlib?.close();
  }
}
