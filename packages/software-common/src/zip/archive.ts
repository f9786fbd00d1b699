import type { Proc } from "@agentos/kernel/program";
import { crc32, ZlibError, ZlibStream } from "../gzip/host-zlib.ts";
import {
  DEFLATED,
  dataOffset,
  decodeCentral,
  decodeZip64End,
  END_LENGTH,
  findDirectory,
  LOCAL_LENGTH,
  LOCATOR_LENGTH,
  STORED,
  type ZipEntry,
  ZipError,
  zip64EndOffset,
} from "./format.ts";

/** The end record with the longest comment. */
const LONGEST_TAIL = END_LENGTH + 65535;
/** A directory of a million entries: a hostile archive must not fill memory. */
const LARGEST_DIRECTORY = 1 << 27;
const CHUNK = 32768;

/** A zip archive that is open for reading. */
export class ZipArchive {
  readonly #proc: Proc;
  readonly #fd: number;
  readonly entries: readonly ZipEntry[];

  private constructor(proc: Proc, fd: number, entries: readonly ZipEntry[]) {
    this.#proc = proc;
    this.#fd = fd;
    this.entries = entries;
  }

  /** @throws ZipError */
  static async open(proc: Proc, fd: number): Promise<ZipArchive> {
    const { size } = await proc.fstat(fd);
    const tailAt = Math.max(0, size - LONGEST_TAIL);
    const tail = await readAt(proc, fd, tailAt, size - tailAt);
    const found = tail.length < END_LENGTH ? undefined : findDirectory(tail);
    if (!found) throw new ZipError("End-of-central-directory signature not found");
    const endAt = tailAt + found.at;
    const locator = await readAt(proc, fd, Math.max(0, endAt - LOCATOR_LENGTH), LOCATOR_LENGTH);
    const large = zip64EndOffset(locator);
    const { offset, length, count } =
      large === undefined ? found : decodeZip64End(await readAt(proc, fd, large, 56));
    if (length > LARGEST_DIRECTORY) throw new ZipError("central directory too large");
    const directory = await readAt(proc, fd, offset, length);
    const entries: ZipEntry[] = [];
    for (let at = 0; entries.length < count; ) {
      const { entry, next } = decodeCentral(directory, at);
      entries.push(entry);
      at = next;
      const pause = proc.yield();
      if (pause) await pause;
    }
    return new ZipArchive(proc, fd, entries);
  }

  /** The data as it is stored. @throws ZipError */
  async *raw(entry: ZipEntry): AsyncGenerator<Uint8Array> {
    const local = await readAt(this.#proc, this.#fd, entry.offset, LOCAL_LENGTH);
    let at = entry.offset + dataOffset(local);
    for (let left = entry.compressed; left > 0; ) {
      const chunk = await readAt(this.#proc, this.#fd, at, Math.min(CHUNK, left));
      if (chunk.length === 0) throw new ZipError("unexpected end of archive");
      yield chunk;
      at += chunk.length;
      left -= chunk.length;
      const pause = this.#proc.yield();
      if (pause) await pause;
    }
  }

  /** The data as it was. @throws ZipError, also at the end if the checksum is wrong */
  async *data(entry: ZipEntry): AsyncGenerator<Uint8Array> {
    if (entry.encrypted) throw new ZipError("encrypted");
    if (entry.method !== STORED && entry.method !== DEFLATED)
      throw new ZipError(`unsupported method ${entry.method}`);
    let crc = 0;
    for await (const chunk of entry.method === STORED ? this.raw(entry) : this.#inflated(entry)) {
      crc = crc32(chunk, crc);
      yield chunk;
    }
    if (crc === entry.crc) return;
    const hex = (n: number) => n.toString(16).padStart(8, "0");
    throw new ZipError(`bad CRC ${hex(crc)}  (should be ${hex(entry.crc)})`);
  }

  async *#inflated(entry: ZipEntry): AsyncGenerator<Uint8Array> {
    const stream = ZlibStream.inflater();
    try {
      for await (const chunk of this.raw(entry)) yield* stream.expand(chunk);
      yield* await stream.end();
    } catch (error) {
      if (error instanceof ZlibError) throw new ZipError("invalid compressed data to inflate");
      throw error;
    } finally {
      stream.close();
    }
  }
}

/** Fewer bytes than asked for only at the end of the file. */
async function readAt(proc: Proc, fd: number, offset: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let at = 0;
  while (at < length) {
    const count = await proc.pread(fd, bytes.subarray(at), offset + at);
    if (count === 0) break;
    at += count;
  }
  return bytes.subarray(0, at);
}
