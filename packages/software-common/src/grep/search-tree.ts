import { isDirectory, isRegular, isSymlink, O_RDONLY, type Stat, sysError } from "@agentos/kernel/abi";
import { errorText, type Proc, warn } from "@agentos/kernel/program";
import type { Pattern } from "@agentos/posix";
import type { Matcher } from "./matcher.ts";
import type { Printer } from "./printer.ts";
import { FileSearch } from "./search-file.ts";
import type { Settings } from "./settings.ts";

/** Searches operands: files, directories, standard input. */
export class TreeSearch {
  readonly #proc: Proc;
  readonly #settings: Settings;
  readonly #matcher: Matcher;
  readonly #printer: Printer;
  matched = false;
  failed = false;

  constructor(proc: Proc, settings: Settings, matcher: Matcher, printer: Printer) {
    this.#proc = proc;
    this.#settings = settings;
    this.#matcher = matcher;
    this.#printer = printer;
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
      else if (!this.#isExcluded(path, true) && !this.#isSkipped(stat)) await this.#open(path);
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
      await this.#report(name, () => this.#entry(entry.name, name, entry.stat, ancestors));
    }
  }

  async #entry(base: string, path: string, found: Stat, ancestors: readonly string[]): Promise<void> {
    const { dereference, excludeDir } = this.#settings;
    if (isSymlink(found.mode) && !dereference) return;
    const stat = isSymlink(found.mode) ? await this.#proc.stat(path) : found;
    if (isDirectory(stat.mode)) {
      if (excludeDir.some((glob) => glob.matches(base) || glob.matches(path))) return;
      const key = `${stat.dev}:${stat.ino}`;
      if (ancestors.includes(key)) {
        await warn(this.#proc, `${path}: warning: recursive directory loop`);
        return;
      }
      await this.directory(path, `${path}/`, [...ancestors, key]);
    } else if (isRegular(stat.mode) && !this.#isExcluded(path, false)) await this.#open(path);
  }

  async #open(path: string): Promise<void> {
    const fd = await this.#proc.open(path, O_RDONLY);
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

  async #report(path: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const text = errorText(error);
      this.failed = true;
      if (!this.#settings.noMessages) await warn(this.#proc, `${path}: ${text}`);
    }
  }
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
