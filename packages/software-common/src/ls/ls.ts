import { isDirectory, isSymlink, isSysError, type Stat } from "@agentos/kernel/abi";
import { defineProgram, errorText, type Proc, quoteName, stdout, warn } from "@agentos/kernel/program";
import { join } from "../shared/paths.ts";
import { columns, commas } from "./columns.ts";
import { lsOptions } from "./options.ts";
import { Renderer } from "./render.ts";
import { type Settings, settingsOf } from "./settings.ts";
import { type Entry, sortEntries } from "./sort.ts";

export default defineProgram({
  name: "ls",
  summary: "list directory contents",
  usage: "[OPTION]... [FILE]...",
  usageStatus: 2,
  options: lsOptions,
  async run(proc, { options, operands, order }) {
    const settings = await settingsOf(proc, options, order);
    const listing = new Listing(proc, settings, await Renderer.create(proc, settings));
    return listing.run(operands.length === 0 ? ["."] : operands);
  },
});

const ENTRIES_PER_BREATH = 1024;

/** One run of ls. Exit status 1 for minor trouble (below an operand), 2 for an operand that cannot be reached. */
class Listing {
  readonly #proc: Proc;
  readonly #settings: Settings;
  readonly #renderer: Renderer;
  #status = 0;
  #wroteAny = false;

  constructor(proc: Proc, settings: Settings, renderer: Renderer) {
    this.#proc = proc;
    this.#settings = settings;
    this.#renderer = renderer;
  }

  async run(operands: readonly string[]): Promise<number> {
    const files: Entry[] = [];
    const directories: Entry[] = [];
    for (const operand of operands) {
      const entry = await this.#operand(operand);
      if (!entry) continue;
      const listed = isDirectory(entry.stat.mode) && !this.#settings.directoriesAsFiles;
      (listed ? directories : files).push(entry);
    }
    await this.#sort(files);
    await this.#sort(directories);
    if (files.length > 0) await this.#write(files, false);
    const headed = operands.length > 1 || this.#settings.recursive;
    for (const { path } of directories) await this.#directory(path, headed, new Set());
    return this.#status;
  }

  async #operand(path: string): Promise<Entry | undefined> {
    const proc = this.#proc;
    const { dereference } = this.#settings;
    try {
      const stat = await proc.lstat(path);
      if (!isSymlink(stat.mode)) return { name: path, path, stat };
      const target = await proc.readlink(path);
      const targetStat = await this.#follow(path);
      if (dereference === "all" || dereference === "operands") {
        if (targetStat) return { name: path, path, stat: targetStat };
        if (dereference === "all") await proc.stat(path);
      }
      if (dereference === "directories" && targetStat && isDirectory(targetStat.mode)) {
        return { name: path, path, stat: targetStat };
      }
      return { name: path, path, stat, target, ...(targetStat ? { targetStat } : {}) };
    } catch (error) {
      await warn(proc, `cannot access ${quoteName(path)}: ${errorText(error)}`);
      this.#status = 2;
      return undefined;
    }
  }

  async #follow(path: string): Promise<Stat | undefined> {
    try {
      return await this.#proc.stat(path);
    } catch (error) {
      if (isSysError(error)) return undefined;
      throw error;
    }
  }

  #sort(entries: Entry[]): Promise<void> {
    const { sort, time, reverse, directoriesFirst } = this.#settings;
    return sortEntries(entries, sort, time, { reverse, directoriesFirst }, pauseOf(this.#proc));
  }

  async #directory(path: string, headed: boolean, above: ReadonlySet<string>): Promise<void> {
    const proc = this.#proc;
    const out = stdout(proc);
    let entries: Entry[];
    try {
      entries = await this.#read(path);
    } catch (error) {
      await warn(proc, `cannot open directory ${quoteName(path)}: ${errorText(error)}`);
      this.#status = Math.max(this.#status, above.size > 0 ? 1 : 2);
      return;
    }
    if (headed) await out.write(`${this.#wroteAny ? "\n" : ""}${this.#renderer.quoted(path)}:\n`);
    await this.#sort(entries);
    await this.#write(entries, true);
    this.#wroteAny = true;
    if (!this.#settings.recursive) return;
    const { dev, ino } = await proc.stat(path);
    const seen = new Set(above).add(`${dev}:${ino}`);
    for (const entry of entries) {
      if (!isDirectory(entry.stat.mode) || entry.name === "." || entry.name === "..") continue;
      if (seen.has(`${entry.stat.dev}:${entry.stat.ino}`)) {
        await warn(proc, `${entry.path}: not listing already-listed directory`);
        this.#status = 2;
        continue;
      }
      const pause = proc.yield();
      if (pause) await pause;
      await this.#directory(entry.path, true, seen);
    }
  }

  async #read(path: string): Promise<Entry[]> {
    const proc = this.#proc;
    const { all, dereference, hidden } = this.#settings;
    const entries: Entry[] = [];
    for (const { name, stat } of await proc.readdirStat(path)) {
      if (hidden(name)) continue;
      entries.push({ name, stat, path: join(path, name) });
      if (entries.length % ENTRIES_PER_BREATH !== 0) continue;
      const pause = proc.yield();
      if (pause) await pause;
    }
    if (all === "everything") {
      for (const name of [".", ".."]) {
        const at = join(path, name);
        entries.push({ name, stat: await proc.stat(at), path: at });
      }
    }
    for (const entry of entries) {
      if (!isSymlink(entry.stat.mode)) continue;
      const targetStat =
        this.#settings.needsTargets || dereference === "all" ? await this.#follow(entry.path) : undefined;
      if (dereference === "all") {
        if (targetStat) entry.stat = targetStat;
        else {
          await warn(proc, `cannot access ${quoteName(entry.path)}: No such file or directory`);
          this.#status = 1;
        }
        continue;
      }
      if (this.#settings.needsTargets) {
        entry.target = await proc.readlink(entry.path);
        if (targetStat) entry.targetStat = targetStat;
      }
    }
    return entries;
  }

  async #write(entries: Entry[], isDirectoryListing: boolean): Promise<void> {
    const out = stdout(this.#proc);
    const { format, width } = this.#settings;
    const renderer = this.#renderer;
    if (isDirectoryListing && renderer.showsTotal) await out.write(renderer.total(entries));
    if (!isDirectoryListing) this.#wroteAny = true;
    if (format === "long") {
      const rows = await renderer.longRows(entries, pauseOf(this.#proc));
      for (const line of renderer.longLines(entries, rows)) {
        const pause = out.write(line) ?? this.#proc.yield();
        if (pause) await pause;
      }
      return;
    }
    const cells = await renderer.cells(entries, pauseOf(this.#proc));
    if (format === "single" || width === 0) {
      const separator = format === "single" ? this.#settings.end : "  ";
      await out.write(
        cells.map(({ text }) => text).join(separator) + (cells.length > 0 ? this.#settings.end : ""),
      );
    } else if (format === "commas") await out.write(commas(cells, width));
    else await out.write(columns(cells, width, format === "across", this.#settings.tabSize));
  }
}

const pauseOf = (proc: Proc) => () => proc.yield();
