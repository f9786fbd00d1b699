import { encode, isRegular, isSymlink, isSysError, O_RDONLY, type Stat } from "@agentos/kernel/abi";
import { errorText, osStringToLatin1, type Proc, Reader, type Writer, warn } from "@agentos/kernel/program";
import { alignmentOf, type Entry, encodeEntry, type Format, paddingOf, TRAILER } from "./header.ts";

export interface OutSettings {
  format: Format;
  dereference: boolean;
  resetAccessTime: boolean;
  owner: { uid?: number; gid?: number };
  /** Called with each name that was stored, and at the end of them. */
  stored(name: string): Promise<void>;
}

const MODE_BITS = 0o177777;
/** What the archive is filled up to. */
export const BLOCK = 512;

/** Writes an archive of the files whose names it is given. */
export class ArchiveMaker {
  readonly #proc: Proc;
  readonly #out: Writer;
  readonly #settings: OutSettings;
  /** Hard links whose data comes with the last of them. */
  readonly #links = new Map<string, { name: string; stat: Stat }[]>();
  written = 0;
  status = 0;

  constructor(proc: Proc, out: Writer, settings: OutSettings) {
    this.#proc = proc;
    this.#out = out;
    this.#settings = settings;
  }

  /** @param name an OS string */
  async add(name: string): Promise<void> {
    const proc = this.#proc;
    try {
      const stat = await (this.#settings.dereference ? proc.stat(name) : proc.lstat(name));
      if (!isRegular(stat.mode)) await this.#whole(name, stat);
      else if (stat.nlink > 1 && this.#hasLinks()) await this.#linked(name, stat);
      else await this.#file(name, stat);
      await this.#settings.stored(name);
    } catch (error) {
      await warn(
        proc,
        `${name}: Cannot ${isSysError(error, "EACCES") ? "open" : "stat"}: ${errorText(error)}`,
      );
      this.status = 2;
    }
  }

  async finish(): Promise<void> {
    for (const waiting of this.#links.values()) await this.#lastOf(waiting);
    const empty = { mode: 0, uid: 0, gid: 0, mtime: 0, size: 0, dev: 0, ino: 0, rdev: 0, checksum: 0 };
    await this.#header({ ...empty, name: TRAILER, nlink: 1 });
    await this.#write(new Uint8Array(paddingOf(this.written, BLOCK)));
  }

  #hasLinks(): boolean {
    return this.#settings.format === "newc" || this.#settings.format === "crc";
  }

  async #linked(name: string, stat: Stat): Promise<void> {
    const key = `${stat.dev}:${stat.ino}`;
    const waiting = this.#links.get(key) ?? [];
    waiting.push({ name, stat });
    this.#links.set(key, waiting);
    if (waiting.length < stat.nlink) return;
    this.#links.delete(key);
    await this.#lastOf(waiting);
  }

  async #lastOf(waiting: { name: string; stat: Stat }[]): Promise<void> {
    for (const { name, stat } of waiting.slice(0, -1)) await this.#header(this.#entry(name, stat, 0));
    const last = waiting.at(-1)!;
    await this.#file(last.name, last.stat);
  }

  #entry(name: string, stat: Stat, size: number): Entry {
    const { owner } = this.#settings;
    return {
      name: osStringToLatin1(name.replace(/^(?:\.\/+)+(?=.)/, "")),
      mode: stat.mode & MODE_BITS,
      uid: owner.uid ?? stat.uid,
      gid: owner.gid ?? stat.gid,
      nlink: stat.nlink,
      mtime: Number(stat.mtimeNs / 1_000_000_000n),
      size,
      dev: stat.dev,
      ino: Number(BigInt.asUintN(32, BigInt(stat.ino))),
      rdev: stat.rdev,
      checksum: 0,
    };
  }

  /** What is no regular file: the data of a symbolic link is its target. */
  async #whole(name: string, stat: Stat): Promise<void> {
    const target = isSymlink(stat.mode) ? encode(await this.#proc.readlink(name)) : new Uint8Array(0);
    await this.#header(this.#entry(name, stat, target.length));
    await this.#data(target);
    await this.#fill(target.length);
  }

  async #file(name: string, stat: Stat): Promise<void> {
    const proc = this.#proc;
    const fd = await proc.open(name, O_RDONLY);
    try {
      const entry = this.#entry(name, stat, stat.size);
      if (this.#settings.format === "crc") entry.checksum = await this.#checksum(name);
      await this.#header(entry);
      await this.#contents(name, fd, stat.size);
      await this.#fill(stat.size);
      if (this.#settings.resetAccessTime) await proc.utimes(name, stat.atimeNs, stat.mtimeNs);
    } finally {
      await proc.close(fd);
    }
  }

  /** Exactly as many bytes as the header says, however the file changes. */
  async #contents(name: string, fd: number, size: number): Promise<void> {
    const reader = new Reader(this.#proc, fd);
    let left = size;
    for (let chunk = await reader.read(); chunk && left > 0; chunk = await reader.read()) {
      await this.#data(chunk.subarray(0, left));
      left = Math.max(0, left - chunk.length);
      const pause = this.#proc.yield();
      if (pause) await pause;
    }
    if (left === 0) return;
    await warn(this.#proc, `File ${name} shrunk by ${left} bytes, padding with zeros`);
    for (const zeros = new Uint8Array(65536); left > 0; left -= zeros.length)
      await this.#data(zeros.subarray(0, left));
  }

  async #checksum(name: string): Promise<number> {
    const fd = await this.#proc.open(name, O_RDONLY);
    const reader = new Reader(this.#proc, fd);
    let sum = 0;
    for (let chunk = await reader.read(); chunk; chunk = await reader.read()) {
      for (const byte of chunk) sum = (sum + byte) >>> 0;
      const pause = this.#proc.yield();
      if (pause) await pause;
    }
    await this.#proc.close(fd);
    return sum;
  }

  async #header(entry: Entry): Promise<void> {
    await this.#write(encodeEntry(entry, this.#settings.format));
  }

  #data(bytes: Uint8Array): Promise<void> {
    return this.#write(bytes);
  }

  async #fill(length: number): Promise<void> {
    await this.#write(new Uint8Array(paddingOf(length, alignmentOf(this.#settings.format))));
  }

  async #write(bytes: Uint8Array): Promise<void> {
    this.written += bytes.length;
    if (bytes.length > 0) await this.#out.write(bytes);
  }
}
