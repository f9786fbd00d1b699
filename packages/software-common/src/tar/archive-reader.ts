import { decode } from "@agentos/kernel/abi";
import { type Proc, Reader, warn } from "@agentos/kernel/program";
import { Expander } from "../bzip2/expander.ts";
import { Bzip2Error } from "../bzip2/format.ts";
import { isGzip } from "../gzip/header.ts";
import { ZlibError, ZlibStream } from "../gzip/host-zlib.ts";
import {
  BLOCK,
  decodeMember,
  decodePax,
  type Extension,
  isHeader,
  kindOf,
  type Member,
  padded,
  sizeOf,
  TarError,
} from "./header.ts";

/** A member's extended header may not exceed this: a hostile archive must not fill memory. */
const MAX_EXTENSION = 1 << 20;

/** Reads members one after the other; gzip and bzip2 are recognized by their first bytes. */
export class ArchiveReader {
  readonly #bytes: ByteSource;
  /** Data of the current member still in the stream, padding included. */
  #left = 0;
  #size = 0;
  #global: Extension = {};
  readonly #proc: Proc;
  #begun = false;
  #lost = false;
  /** Something between the members was no header; it has been reported. */
  damaged = false;

  constructor(proc: Proc, fd: number) {
    this.#proc = proc;
    this.#bytes = new ByteSource(proc, fd);
  }

  /** The next member; undefined at the end. @throws TarError */
  async next(): Promise<Member | undefined> {
    await this.#skip();
    let extension: Extension = { ...this.#global };
    for (;;) {
      const block = await this.#bytes.take(BLOCK);
      if (block.length < BLOCK) return this.#ended(block.length);
      const kind = kindOf(block);
      if (kind === "end") {
        this.#begun = true;
        return this.#drain();
      }
      if (!isHeader(block)) {
        await this.#searchHeader();
        continue;
      }
      this.#begun = true;
      this.#lost = false;
      if (kind === "member") {
        const member = decodeMember(block, extension);
        this.#size = member.size;
        this.#left = padded(member.size);
        return member;
      }
      const data = await this.#extension(sizeOf(block));
      if (kind === "long-path") extension.path = untilNul(data);
      else if (kind === "long-link") extension.link = untilNul(data);
      else if (kind === "global") this.#global = { ...this.#global, ...decodePax(data) };
      else extension = { ...extension, ...decodePax(data) };
    }
  }

  async #ended(rest: number): Promise<undefined> {
    if (this.#begun && rest > 0) throw new TarError("Unexpected EOF in archive");
    if (this.#begun || this.damaged) return;
    this.damaged = true;
    await warn(this.#proc, "This does not look like a tar archive");
  }

  async #searchHeader(): Promise<void> {
    if (!this.#begun && !this.damaged) await warn(this.#proc, "This does not look like a tar archive");
    if (!this.#lost) await warn(this.#proc, "Skipping to next header");
    this.#lost = true;
    this.damaged = true;
  }

  /** Where the current member's data ends in the (expanded) archive. */
  get memberEnd(): number {
    return this.#bytes.taken + this.#left;
  }

  /** The next piece of the current member's data; undefined at its end. */
  async data(): Promise<Uint8Array | undefined> {
    const padding = padded(this.#size) - this.#size;
    const want = this.#left - padding;
    if (want <= 0) return undefined;
    const chunk = await this.#bytes.some(want);
    if (chunk.length === 0) throw new TarError("Unexpected EOF in archive");
    this.#left -= chunk.length;
    return chunk;
  }

  close(): void {
    this.#bytes.close();
  }

  async #extension(size: number): Promise<Uint8Array> {
    if (size > MAX_EXTENSION) throw new TarError("Extended header too long");
    const data = await this.#bytes.take(padded(size));
    if (data.length < padded(size)) throw new TarError("Unexpected EOF in archive");
    return data.subarray(0, size);
  }

  async #skip(): Promise<void> {
    while (this.#left > 0) {
      const chunk = await this.#bytes.some(this.#left);
      if (chunk.length === 0) throw new TarError("Unexpected EOF in archive");
      this.#left -= chunk.length;
    }
  }

  /** Reads what is left, so that a writer on the other end of a pipe is not killed. */
  async #drain(): Promise<undefined> {
    while ((await this.#bytes.some(RECORD)).length > 0);
    return undefined;
  }
}

const RECORD = 65536;
/** Compressed bytes expanded at a time: a thousandfold of them may come out. */
const PACKED_PIECE = 8192;

function untilNul(data: Uint8Array): string {
  const end = data.indexOf(0);
  return decode(data, 0, end < 0 ? data.length : end);
}

/** Bytes in any portion, expanded on the way. */
class ByteSource {
  readonly #proc: Proc;
  readonly #reader: Reader;
  #zlib: ZlibStream | undefined;
  #bzip2: AsyncGenerator<Uint8Array> | undefined;
  #chunks: Uint8Array[] = [];
  /** Compressed input that has been read and not yet expanded. */
  #packed: Uint8Array = new Uint8Array(0);
  #started = false;
  #ended = false;
  /** Bytes handed out so far. */
  taken = 0;

  constructor(proc: Proc, fd: number) {
    this.#proc = proc;
    this.#reader = new Reader(proc, fd);
  }

  /** Up to `limit` bytes, at least one unless the stream has ended. */
  async some(limit: number): Promise<Uint8Array> {
    while (this.#chunks.length === 0 && !this.#ended) await this.#fill();
    const chunk = this.#chunks[0];
    if (!chunk) return new Uint8Array(0);
    if (chunk.length <= limit) {
      this.#chunks.shift();
      this.taken += chunk.length;
      return chunk;
    }
    this.#chunks[0] = chunk.subarray(limit);
    this.taken += limit;
    return chunk.subarray(0, limit);
  }

  /** Exactly `count` bytes, fewer at the end. */
  async take(count: number): Promise<Uint8Array> {
    const out = new Uint8Array(count);
    let at = 0;
    while (at < count) {
      const chunk = await this.some(count - at);
      if (chunk.length === 0) break;
      out.set(chunk, at);
      at += chunk.length;
    }
    return out.subarray(0, at);
  }

  close(): void {
    this.#zlib?.close();
  }

  async #fill(): Promise<void> {
    if (this.#bzip2) return this.#expandBzip2(this.#bzip2);
    if (this.#packed.length > 0) return this.#expand();
    // The reader hands out a view of its buffer, valid until its next call.
    const chunk = await this.#reader.read();
    if (!this.#started && chunk && isGzip(chunk)) this.#zlib = ZlibStream.expander();
    if (!this.#started && chunk && isBzip2(chunk)) {
      this.#bzip2 = this.#expanderFrom(chunk).expand(() => this.#proc.yield());
      return this.#expandBzip2(this.#bzip2);
    }
    this.#started = true;
    if (chunk === undefined) this.#ended = true;
    if (!this.#zlib) {
      if (chunk) this.#chunks.push(chunk);
      return;
    }
    this.#packed = chunk ?? this.#packed;
    return this.#expand();
  }

  #expanderFrom(chunk: Uint8Array): Expander {
    let first: Uint8Array | undefined = chunk.slice();
    return new Expander(() => {
      const next = first ?? this.#reader.read();
      first = undefined;
      return next;
    });
  }

  async #expandBzip2(stream: AsyncGenerator<Uint8Array>): Promise<void> {
    try {
      const { done, value } = await stream.next();
      if (done) this.#ended = true;
      else this.#chunks.push(value.slice());
    } catch (error) {
      if (error instanceof Bzip2Error) throw new TarError(error.message);
      throw error;
    }
  }

  /** Expands a piece of what was read; without any left, the end. */
  async #expand(): Promise<void> {
    const piece = this.#packed.subarray(0, PACKED_PIECE);
    this.#packed = this.#packed.subarray(piece.length);
    try {
      this.#chunks.push(...(await (piece.length > 0 ? this.#zlib!.push(piece) : this.#zlib!.end())));
    } catch (error) {
      if (error instanceof ZlibError) throw new TarError(error.message);
      throw error;
    }
  }
}

const isBzip2 = ([b, z, h]: Uint8Array): boolean => b === 0x42 && z === 0x5a && h === 0x68;
