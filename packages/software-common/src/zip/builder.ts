import type { Proc } from "@agentos/kernel/program";
import { crc32, ZlibStream } from "../gzip/host-zlib.ts";
import {
  DEFLATED,
  encodeCentral,
  encodeEnd,
  encodeLocal,
  STORED,
  type ZipEntry,
  ZipError,
} from "./format.ts";

/** Up to this size a file is stored if that is shorter. */
const SMALL = 65536;
const LARGEST_FILE = 0xffffffff;

/** Writes a zip archive into a file: an entry's header is put before its data once both sizes are known. */
export class ArchiveBuilder {
  readonly #proc: Proc;
  readonly #fd: number;
  readonly #entries: ZipEntry[] = [];
  #at = 0;

  constructor(proc: Proc, fd: number) {
    this.#proc = proc;
    this.#fd = fd;
  }

  /** @param level 0 stores; a small file that does not become smaller is stored as well */
  async add(
    about: Pick<ZipEntry, "name" | "mode" | "mtime">,
    data: AsyncIterable<Uint8Array>,
    level: number,
  ): Promise<ZipEntry> {
    const rest = {
      method: level === 0 ? STORED : DEFLATED,
      encrypted: false,
      crc: 0,
      compressed: 0,
      size: 0,
    };
    const entry: ZipEntry = { ...about, ...rest, offset: this.#at };
    const dataAt = this.#at + encodeLocal(entry).length;
    this.#at = dataAt;
    const stream = level === 0 ? undefined : ZlibStream.deflater(level);
    let only: Uint8Array | undefined;
    for await (const chunk of data) {
      entry.crc = crc32(chunk, entry.crc);
      only = entry.size === 0 && chunk.length <= SMALL ? chunk.slice() : undefined;
      entry.size += chunk.length;
      for (const part of stream ? await stream.push(chunk) : [chunk]) await this.#write(part);
    }
    for (const part of (await stream?.end()) ?? []) await this.#write(part);
    entry.compressed = this.#at - dataAt;
    if (stream && (entry.size === 0 || only) && entry.compressed >= entry.size) {
      entry.method = STORED;
      entry.compressed = entry.size;
      this.#at = dataAt;
      if (only) await this.#write(only);
    }
    return this.#done(entry);
  }

  /** An entry of another archive, as it is stored there. */
  async copy(entry: ZipEntry, raw: AsyncIterable<Uint8Array>): Promise<void> {
    const moved = { ...entry, offset: this.#at };
    this.#at += encodeLocal(moved).length;
    for await (const chunk of raw) await this.#write(chunk);
    await this.#done(moved);
  }

  async finish(): Promise<void> {
    const start = this.#at;
    for (const entry of this.#entries) await this.#write(encodeCentral(entry));
    await this.#write(encodeEnd(this.#entries.length, this.#at - start, start));
    await this.#proc.ftruncate(this.#fd, this.#at);
  }

  async #done(entry: ZipEntry): Promise<ZipEntry> {
    if (entry.size > LARGEST_FILE || entry.offset > LARGEST_FILE) throw new ZipError("archive too large");
    await this.#proc.pwrite(this.#fd, encodeLocal(entry), entry.offset);
    this.#entries.push(entry);
    return entry;
  }

  async #write(bytes: Uint8Array): Promise<void> {
    await this.#proc.pwrite(this.#fd, bytes, this.#at);
    this.#at += bytes.length;
  }
}
