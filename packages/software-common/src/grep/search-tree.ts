import {
  andThen,
  isDirectory,
  isRegular,
  isSymlink,
  type MaybePromise,
  O_RDONLY,
  type Stat,
  sysError,
} from "@agentos/kernel/abi";
import { errorText, type Proc, warn } from "@agentos/kernel/program";
import type { Pattern } from "@agentos/posix";
import type { Matcher } from "./matcher.ts";
import type { Printer } from "./printer.ts";
import { FileSearch } from "./search-file.ts";
import type { Settings } from "./settings.ts";
import { Sieve } from "./sieve.ts";

/** Searches operands: files, directories, standard input. */
export class TreeSearch {
  readonly #proc: Proc;
  readonly #settings: Settings;
  readonly #matcher: Matcher;
  readonly #printer: Printer;
  readonly #sieve: Sieve;
  matched = false;
  failed = false;

  constructor(proc: Proc, settings: Settings, matcher: Matcher, printer: Printer) {
    this.#proc = proc;
    this.#settings = settings;
    this.#matcher = matcher;
    this.#printer = printer;
    this.#sieve = new Sieve(proc, settings, matcher);
  }

  /** Whether searching on is pointless: -q has its answer. */
  get done(): boolean {
    return this.#settings.quiet && this.matched;
  }

  async operand(path: string): Promise<void> {
    if (path === "-") return this.#file(path, 0);
    await this.#report(path, async () => {
      const stat = await this.#proc.stat(path);
      if (isDirectory(stat.mode)) await this.#directoryOperand(path);
      else if (!this.#isExcluded(path, true) && !this.#isSkipped(stat)) await this.#open(path, stat.size);
    });
  }

  async #directoryOperand(path: string): Promise<void> {
    const { recursive, skipDirectories } = this.#settings;
    if (skipDirectories) return;
    if (!recursive) throw sysError("EISDIR");
    const name = path.replace(/(?<=[^/])\/+$/, "");
    if (this.#settings.excludeDir.some((glob) => glob.matches(name) || glob.matches(baseName(name)))) return;
    await this.directory(path, path.endsWith("/") ? path : `${path}/`, []);
  }

  /** Searches below a directory; `prefix` is put before the names found. */
  async directory(path: string, prefix: string, ancestors: readonly string[]): Promise<void> {
    this.#settings.withName ||= this.#settings.nameBelowDirectories;
    for (const entry of await this.#proc.readdirStat(path)) {
      if (this.done) return;
      const name = prefix + entry.name;
      const pause = this.#proc.yield();
      if (pause) await pause;
      const searching = this.#report(name, () => this.#entry(entry.name, name, entry.stat, ancestors));
      if (searching) await searching;
    }
  }

  #entry(base: string, path: string, found: Stat, ancestors: readonly string[]): MaybePromise<void> {
    if (!isSymlink(found.mode)) return this.#resolved(base, path, found, ancestors);
    if (!this.#settings.dereference) return;
    return andThen(this.#proc.stat(path), (stat) => this.#resolved(base, path, stat, ancestors));
  }

  #resolved(base: string, path: string, stat: Stat, ancestors: readonly string[]): MaybePromise<void> {
    if (isDirectory(stat.mode)) return this.#subdirectory(base, path, stat, ancestors);
    if (isRegular(stat.mode) && !this.#isExcluded(path, false)) return this.#open(path, stat.size);
  }

  async #subdirectory(base: string, path: string, stat: Stat, ancestors: readonly string[]): Promise<void> {
    const { excludeDir } = this.#settings;
    if (excludeDir.some((glob) => glob.matches(base) || glob.matches(path))) return;
    const key = `${stat.dev}:${stat.ino}`;
    if (ancestors.includes(key)) {
      await warn(this.#proc, `${path}: warning: recursive directory loop`);
      return;
    }
    await this.directory(path, `${path}/`, [...ancestors, key]);
  }

  #open(path: string, size: number): MaybePromise<void> {
    return andThen(this.#proc.open(path, O_RDONLY), (fd) =>
      andThen(this.#sieve.rulesOut(fd, size), (ruledOut) =>
        ruledOut ? this.#proc.close(fd) : this.#searchAndClose(path, fd),
      ),
    );
  }

  async #searchAndClose(path: string, fd: number): Promise<void> {
    try {
      await this.#file(path, fd);
    } finally {
      await this.#proc.close(fd);
    }
  }

  async #file(path: string, fd: number): Promise<void> {
    const name = path === "-" ? this.#settings.label : path;
    const search = new FileSearch(this.#proc, this.#settings, this.#matcher, this.#printer, name);
    if (await search.run(fd)) this.matched = true;
  }

  #isSkipped(stat: Stat): boolean {
    return this.#settings.skipDevices && !isRegular(stat.mode);
  }

  #isExcluded(path: string, operand: boolean): boolean {
    const { include, exclude } = this.#settings;
    const matches = (glob: Pattern): boolean =>
      glob.matches(baseName(path)) || (operand && glob.matches(path));
    if (exclude.some(matches)) return true;
    return include.length > 0 && !include.some(matches);
  }

  #report(path: string, work: () => MaybePromise<void>): MaybePromise<void> {
    try {
      const working = work();
      return working instanceof Promise ? working.catch((error) => this.#failure(path, error)) : undefined;
    } catch (error) {
      return this.#failure(path, error);
    }
  }

  async #failure(path: string, error: unknown): Promise<void> {
    const text = errorText(error);
    this.failed = true;
    if (!this.#settings.noMessages) await warn(this.#proc, `${path}: ${text}`);
  }
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
