// The file of the VM in which a database is kept.

import type { KernelClient } from "../kernel-client.ts";
import { changedRanges } from "./changed-ranges.ts";
import { SQLITE, sqliteError } from "./sqlite-error.ts";

// Linux's numbers.
const O_WRONLY = 1;
const O_CREAT = 0o100;
const O_EXCL = 0o200;
const O_TRUNC = 0o1000;
const W_OK = 2;
const ENOENT = -2;
const EEXIST = -17;
const ENOSPC = -28;
const EROFS = -30;

// Indexes of fields in the stat array.
const INODE = 7;
const SIZE = 8;
const MTIME = 12;
const MTIME_NS = 13;

const MODE = 0o644;
/** Of a larger database no copy is kept to compare with: it is written as a whole. */
const MOST_KEPT = 1 << 28;

/** How long a file that other processes may write is assumed to be unchanged while a program only reads. */
const FRESH_MS = 10;
const now = performance.now.bind(performance);

export class DatabaseFile {
  readonly path: string;
  readonly #kernel: KernelClient;
  /** The file's state when it was last read or written. */
  #known: Float64Array | undefined;
  /** The file's content in that state, unless it is too large to keep. */
  #content: Uint8Array | undefined;
  /** When the content was last found to be current. */
  #asked = { deeds: -1, news: -1, generation: -1, at: 0 };

  constructor(kernel: KernelClient, path: string) {
    this.#kernel = kernel;
    this.path = path;
  }

  /** Makes sure that the file exists. @throws SQLITE_CANTOPEN */
  open(mayCreate: boolean): void {
    if (this.#stat() === undefined) {
      if (!mayCreate) throw sqliteError(SQLITE.CANTOPEN);
      const { errno } = this.#write(new Uint8Array(0), O_EXCL);
      if (errno < 0 && errno !== EEXIST) throw sqliteError(SQLITE.CANTOPEN);
    }
    const log = this.#kernel.call("stat", `${this.path}-wal`);
    if (log.errno >= 0 && (log.value as Float64Array)[SIZE]! > 0) {
      throw sqliteError(SQLITE.CANTOPEN, "it has a write-ahead log, which a VM does not read");
    }
  }

  get isWritable(): boolean {
    return this.#kernel.call("access", this.path, W_OK).errno >= 0;
  }

  read(): Uint8Array {
    const state = this.#stat();
    const { errno, value } = this.#kernel.call("readFile", this.path, 0);
    if (errno < 0) throw sqliteError(SQLITE.CANTOPEN);
    this.#known = state;
    const bytes = new Uint8Array(value as Uint8Array);
    // A database in memory cannot have a write-ahead log. Source: sqlite.org/fileformat2.html, 1.3.3
    const hasLog = bytes.length > 19 && bytes[18] === 2;
    if (hasLog) bytes[18] = bytes[19] = 1;
    this.#keep(hasLog ? undefined : bytes);
    return bytes;
  }

  #keep(content: Uint8Array | undefined): void {
    this.#content = content && content.length <= MOST_KEPT ? content : undefined;
  }

  /** Writes what has changed since. @throws SQLITE_FULL · SQLITE_READONLY · SQLITE_IOERR */
  write(bytes: Uint8Array): void {
    const ranges = this.#content && changedRanges(this.#content, bytes);
    const { errno } = ranges
      ? this.#kernel.call("writeRanges", this.path, bytes.length, ranges.flat())
      : this.#write(bytes, O_TRUNC);
    this.#known = this.#stat();
    this.#keep(errno < 0 ? undefined : bytes);
    if (errno === ENOSPC) throw sqliteError(SQLITE.FULL);
    if (errno < 0) throw sqliteError(errno === EROFS ? SQLITE.READONLY : SQLITE.IOERR);
  }

  /**
   * Whether nobody else seems to have written since. The kernel is only asked if something was heard of, or some time
   * has passed.
   */
  get seemsCurrent(): boolean {
    const kernel = this.#kernel;
    const { deeds, news, generation, at } = this.#asked;
    const hasHeard = deeds !== kernel.deeds || news !== kernel.news || generation !== kernel.generation;
    if (!hasHeard && now() - at < FRESH_MS) return true;
    if (!this.isCurrent) return false;
    this.#asked = { deeds: kernel.deeds, news: kernel.news, generation: kernel.generation, at: now() };
    return true;
  }

  /** Whether nobody else has written since. */
  get isCurrent(): boolean {
    const [state, known] = [this.#stat(), this.#known];
    if (!state || !known) return state === known;
    for (const field of [INODE, SIZE, MTIME, MTIME_NS]) if (state[field] !== known[field]) return false;
    return true;
  }

  #write(bytes: Uint8Array, how: number): { errno: number } {
    return this.#kernel.call("writeFile", this.path, bytes, O_WRONLY | O_CREAT | how, MODE);
  }

  #stat(): Float64Array | undefined {
    const { errno, value } = this.#kernel.call("stat", this.path);
    if (errno === ENOENT) return undefined;
    if (errno < 0) throw sqliteError(SQLITE.CANTOPEN);
    return new Float64Array(value as Float64Array);
  }
}
