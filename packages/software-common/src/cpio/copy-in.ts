import {
  isRegular,
  isSymlink,
  latin1FromBytes,
  majorOf,
  minorOf,
  S_IFBLK,
  S_IFCHR,
  S_IFMT,
} from "@agentos/kernel/abi";
import { latin1ToOsString, type Proc, stdout } from "@agentos/kernel/program";
import type { Pattern } from "@agentos/posix";
import { readGroups, readUsers } from "../shared/accounts.ts";
import { ConcatenatedInput } from "../shared/concatenated-input.ts";
import { formatTime } from "../shared/file-time.ts";
import { modeString } from "../shared/mode-string.ts";
import { alignmentOf, CpioError, type Entry, paddingOf, readEntry, TRAILER } from "./header.ts";
import type { Restorer, Source } from "./restore.ts";

export interface InSettings {
  /** Lists instead of extracting. */
  list: boolean;
  verbose: boolean;
  toStdout: boolean;
  numericIds: boolean;
  relativeNames: boolean;
  patterns: readonly Pattern[];
  invert: boolean;
}

const CHUNK = 65536;
/** A symbolic link's target may not be longer. */
const LONGEST_TARGET = 4096;
const HALF_YEAR_NS = 15_778_476_000_000_000n;

/** Reads an archive, and lists its entries or makes them again. */
export class ArchiveTaker {
  readonly #proc: Proc;
  readonly #input: ConcatenatedInput;
  readonly #settings: InSettings;
  readonly #restorer: Restorer;
  #users = new Map<number, string>();
  #groups = new Map<number, string>();
  /** Paths already made, and entries without data whose data comes with another link. */
  readonly #made = new Map<string, string>();
  readonly #waiting = new Map<string, { path: string; entry: Entry }[]>();
  consumed = 0;

  constructor(proc: Proc, file: string, settings: InSettings, restorer: Restorer) {
    this.#proc = proc;
    this.#input = new ConcatenatedInput(proc, [file]);
    this.#settings = settings;
    this.#restorer = restorer;
  }

  /** @throws CpioError */
  async run(): Promise<void> {
    if (this.#settings.list && this.#settings.verbose && !this.#settings.numericIds) {
      this.#users = new Map((await readUsers(this.#proc)).map(({ uid, name }) => [uid, name]));
      this.#groups = new Map((await readGroups(this.#proc)).map(({ gid, name }) => [gid, name]));
    }
    for (;;) {
      const { entry, format } = await readEntry((count) => this.#exactly(count));
      if (entry.name === TRAILER) break;
      const padding = paddingOf(entry.size, alignmentOf(format));
      await this.#entry(entry);
      await this.#skip(this.#left + padding);
      const pause = this.#proc.yield();
      if (pause) await pause;
    }
    for (const waiting of this.#waiting.values()) await this.#makeWaiting(waiting);
    await this.#restorer.finish();
  }

  /** Bytes of the current entry's data that were not read yet. */
  #left = 0;

  async #exactly(count: number): Promise<Uint8Array> {
    const bytes = await this.#input.take(count);
    this.consumed += bytes?.length ?? 0;
    if (bytes?.length !== count) throw new CpioError("premature end of archive");
    return bytes;
  }

  async #skip(count: number): Promise<void> {
    const skipped = await this.#input.skip(count);
    this.consumed += skipped;
    this.#left = 0;
    if (skipped < count) throw new CpioError("premature end of archive");
  }

  async #data(): Promise<Uint8Array | undefined> {
    if (this.#left === 0) return undefined;
    const bytes = await this.#exactly(Math.min(CHUNK, this.#left));
    this.#left -= bytes.length;
    return bytes;
  }

  async #entry(entry: Entry): Promise<void> {
    this.#left = entry.size;
    const stored = latin1ToOsString(entry.name);
    const { patterns, invert, list, verbose, toStdout } = this.#settings;
    if (patterns.length > 0 && patterns.some((pattern) => pattern.matches(stored)) === invert) return;
    if (list) return this.#list(entry, stored);
    if (toStdout) {
      for (let data = await this.#data(); data; data = await this.#data())
        await stdout(this.#proc).write(data);
      return;
    }
    const path = this.#settings.relativeNames
      ? stored.replace(/^\/+/, "").replace(/(^|\/)\.\.(?=\/|$)/g, "$1")
      : stored;
    if (path === "") return;
    await this.#make(path, entry);
    if (verbose) await this.#tell(`${stored}\n`);
  }

  async #tell(line: string): Promise<void> {
    await this.#proc.write(2, new TextEncoder().encode(line));
  }

  async #make(path: string, entry: Entry): Promise<void> {
    const key = `${entry.dev}:${entry.ino}`;
    const shared = isRegular(entry.mode) && entry.nlink > 1;
    const linkTo = shared ? this.#made.get(key) : undefined;
    if (shared && linkTo === undefined && entry.size === 0) {
      const waiting = this.#waiting.get(key) ?? [];
      waiting.push({ path, entry });
      this.#waiting.set(key, waiting);
      return;
    }
    const made = await this.#restorer.make(path, this.#source(entry, linkTo));
    if (!shared || !made) return;
    this.#made.set(key, path);
    for (const earlier of this.#waiting.get(key) ?? []) {
      await this.#restorer.make(earlier.path, this.#source(earlier.entry, path));
    }
    this.#waiting.delete(key);
  }

  /** Links of an empty file: no data will come. */
  async #makeWaiting(waiting: { path: string; entry: Entry }[]): Promise<void> {
    let first: string | undefined;
    for (const { path, entry } of waiting) {
      if ((await this.#restorer.make(path, this.#source(entry, first))) && first === undefined) first = path;
    }
  }

  #source(entry: Entry, linkTo: string | undefined): Source {
    return {
      mode: entry.mode,
      uid: entry.uid,
      gid: entry.gid,
      mtimeNs: BigInt(entry.mtime) * 1_000_000_000n,
      rdev: entry.rdev,
      ...(linkTo === undefined ? {} : { linkTo }),
      target: () => this.#target(entry),
      data: () => this.#data(),
    };
  }

  async #target(entry: Entry): Promise<string> {
    if (entry.size > LONGEST_TARGET) throw new CpioError("link target too long");
    const bytes = await this.#exactly(this.#left);
    this.#left = 0;
    return latin1ToOsString(latin1FromBytes(bytes));
  }

  async #list(entry: Entry, name: string): Promise<void> {
    if (!this.#settings.verbose) return void (await stdout(this.#proc).write(`${name}\n`));
    const target = isSymlink(entry.mode) ? ` -> ${await this.#target(entry)}` : "";
    const type = entry.mode & S_IFMT;
    const device = type === S_IFCHR || type === S_IFBLK;
    const size = device
      ? `${String(majorOf(entry.rdev)).padStart(3)},${String(minorOf(entry.rdev)).padStart(4)}`
      : String(entry.size).padStart(8);
    const ns = BigInt(entry.mtime) * 1_000_000_000n;
    const now = this.#proc.now();
    const recent = ns <= now && now - ns < HALF_YEAR_NS;
    const time = formatTime(ns, recent ? "%b %e %H:%M" : "%b %e  %Y", this.#proc.env.get("TZ"));
    const user = (this.#users.get(entry.uid) ?? String(entry.uid)).padEnd(8);
    const group = (this.#groups.get(entry.gid) ?? String(entry.gid)).padEnd(8);
    const links = String(entry.nlink).padStart(3);
    await stdout(this.#proc).write(
      `${modeString(entry.mode)} ${links} ${user} ${group} ${size} ${time} ${name}${target}\n`,
    );
  }
}
