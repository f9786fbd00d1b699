import {
  encode,
  isDirectory,
  isRegular,
  isSymlink,
  isSysError,
  O_CREAT,
  O_EXCL,
  O_RDONLY,
  O_RDWR,
  type Stat,
} from "@agentos/kernel/abi";
import {
  defineProgram,
  errorText,
  LineReader,
  latin1ToOsString,
  type OptionValues,
  type Proc,
  Reader,
  stderr,
  stdout,
} from "@agentos/kernel/program";
import { compilePattern, type Pattern } from "@agentos/posix";
import { baseName, directoryName } from "../shared/path-names.ts";
import { join } from "../shared/paths.ts";
import { ZipArchive } from "./archive.ts";
import { ArchiveBuilder } from "./builder.ts";
import { DEFLATED, type ZipEntry, ZipError } from "./format.ts";

const OPTIONS = {
  recurse: { short: "r", long: "recurse-paths", help: "travel the directories recursively" },
  quiet: { short: "q", long: "quiet", repeat: true, help: "quiet operation" },
  junkPaths: { short: "j", long: "junk-paths", help: "store just the names of files" },
  noDirectories: { short: "D", long: "no-dir-entries", help: "make no entries for directories" },
  move: { short: "m", long: "move", help: "delete the files after they are stored" },
  delete: { short: "d", long: "delete", help: "delete entries of the archive" },
  update: { short: "u", long: "update", help: "only changed or new files" },
  freshen: { short: "f", long: "freshen", help: "only changed files" },
  symlinks: { short: "y", long: "symlinks", help: "store symbolic links as such" },
  names: { short: "@", long: "names-stdin", help: "read names from standard input" },
  level: { short: "0123456789", help: "compress faster (1) or better (9); 0: store only" },
  other: { short: "XogvT", help: "accepted, without effect" },
  include: { short: "i", long: "include", value: "LIST", help: "include only names that match" },
  exclude: { short: "x", long: "exclude", value: "LIST", help: "leave out names that match" },
} as const;

type Options = OptionValues<typeof OPTIONS>;

const NOTHING_TO_DO = 12;
const BAD_FORMAT = 3;
const CANNOT_WRITE = 15;
const DEFAULT_LEVEL = 6;

/** zip: packages and compresses files. Source: zip(1) of Info-ZIP. */
export default defineProgram({
  name: "zip",
  summary: "Package and compress (archive) files.",
  usage: "[OPTION]... ZIPFILE FILE... [-x LIST] [-i LIST]",
  usageStatus: 16,
  options: OPTIONS,
  modernize: takeLists,
  async run(proc, { options, operands, order }) {
    const [given, ...operandNames] = operands;
    if (given === undefined) {
      await stdout(proc).write("Usage: zip [OPTION]... ZIPFILE FILE... [-x LIST] [-i LIST]\n");
      return 0;
    }
    const patterns = (name: "include" | "exclude") =>
      order.filter((one) => one.name === name).map(({ value }) => compilePattern(String(value)));
    const names = options.names ? await namesOf(proc, operandNames) : operandNames;
    const archive = given === "-" || /\.[^/]*$/.test(baseName(given)) ? given : `${given}.zip`;
    const job = new Job(proc, archive, options, levelOf(proc), patterns("include"), patterns("exclude"));
    try {
      return await job.run(names);
    } catch (error) {
      if (!(error instanceof ZipError)) throw error;
      await stderr(proc).write(`\nzip error: Zip file structure invalid (${archive})\n`);
      return BAD_FORMAT;
    }
  },
});

/** -x and -i take all words up to the next option, "@" or the end. */
function takeLists(argv: readonly string[]): readonly string[] {
  const words: string[] = [];
  let list: string | undefined;
  for (const [index, word] of argv.entries()) {
    const start = index > 0 ? /^-([xi])(.*)$/s.exec(word) : null;
    if (start) {
      list = `-${start[1]}`;
      if (start[2] !== "") words.push(list, start[2]!);
    } else if (list !== undefined && word === "@") list = undefined;
    else if (list !== undefined && !word.startsWith("-")) words.push(list, word);
    else {
      list = undefined;
      words.push(word);
    }
  }
  return words;
}

function levelOf(proc: Proc): number {
  const flag = proc.argv.slice(1).findLast((word) => /^-[a-zA-Z]*\d/.test(word));
  return flag === undefined ? DEFAULT_LEVEL : Number(/\d/.exec(flag)![0]);
}

async function namesOf(proc: Proc, more: readonly string[]): Promise<string[]> {
  const names = [...more];
  const reader = new LineReader(proc, 0);
  for (let lines = await reader.next(); lines; lines = await reader.next()) {
    names.push(...lines.filter((line) => line !== "").map(latin1ToOsString));
  }
  return names;
}

interface Found {
  path: string;
  stat: Stat;
}

class Job {
  readonly #proc: Proc;
  readonly #archive: string;
  readonly #options: Options;
  readonly #level: number;
  readonly #include: readonly Pattern[];
  readonly #exclude: readonly Pattern[];
  /** By the name in the archive. */
  readonly #found = new Map<string, Found>();
  #status = 0;

  constructor(
    proc: Proc,
    archive: string,
    options: Options,
    level: number,
    include: readonly Pattern[],
    exclude: readonly Pattern[],
  ) {
    this.#proc = proc;
    this.#archive = archive;
    this.#options = options;
    this.#level = level;
    this.#include = include;
    this.#exclude = exclude;
  }

  async run(names: readonly string[]): Promise<number> {
    const proc = this.#proc;
    const old = await this.#openOld();
    const files =
      names.length === 0 && this.#options.freshen ? (old?.entries.map(({ name }) => name) ?? []) : names;
    if (!this.#options.delete) for (const name of files) await this.#find(name);
    if (this.#options.delete ? !old : this.#found.size === 0 && !this.#options.freshen) {
      await this.#message(`\nzip error: Nothing to do! (${this.#archive})\n`);
      return NOTHING_TO_DO;
    }
    const toStdout = this.#archive === "-";
    const temporary = `${toStdout ? "/tmp" : directoryName(this.#archive)}/zi${proc.pid}${proc.now() % 1_000_000n}`;
    let fd: number;
    try {
      fd = await proc.open(temporary, O_RDWR | O_CREAT | O_EXCL, 0o666);
    } catch (error) {
      await stderr(proc).write(
        `zip I/O error: ${errorText(error)}\nzip error: Could not create output file (${this.#archive})\n`,
      );
      return CANNOT_WRITE;
    }
    let kept = false;
    try {
      await this.#build(new ArchiveBuilder(proc, fd), old, names);
      if (toStdout) await this.#pour(fd);
      else await proc.rename(temporary, this.#archive);
      kept = !toStdout;
    } finally {
      await proc.close(fd);
      if (!kept) await proc.unlink(temporary);
    }
    if (this.#options.move) await this.#removeStored();
    return this.#status;
  }

  async #openOld(): Promise<ZipArchive | undefined> {
    if (this.#archive === "-" || !(await this.#proc.statIfExists(this.#archive))) return undefined;
    return ZipArchive.open(this.#proc, await this.#proc.open(this.#archive, O_RDONLY));
  }

  async #say(text: string): Promise<void> {
    if (this.#options.quiet === 0) await this.#message(text);
  }

  /** Also what went wrong is told on standard output, unless the archive is written there. */
  async #message(text: string): Promise<void> {
    await (this.#archive === "-" ? stderr(this.#proc) : stdout(this.#proc)).write(text);
  }

  async #find(name: string): Promise<void> {
    const proc = this.#proc;
    try {
      const stat = await (this.#options.symlinks ? proc.lstat(name) : proc.stat(name));
      if (isDirectory(stat.mode)) return await this.#directory(name, stat);
      if (isRegular(stat.mode) || isSymlink(stat.mode)) this.#remember(name, stat);
    } catch (error) {
      if (!isSysError(error)) throw error;
      await this.#message(`\tzip warning: name not matched: ${name}\n`);
    }
  }

  async #directory(name: string, stat: Stat): Promise<void> {
    if (!this.#options.noDirectories && !this.#options.junkPaths)
      this.#remember(name.replace(/\/*$/, "/"), stat);
    if (!this.#options.recurse) return;
    for (const { name: child } of await this.#proc.readdir(name)) await this.#find(join(name, child));
    const pause = this.#proc.yield();
    if (pause) await pause;
  }

  #remember(path: string, stat: Stat): void {
    const inside = path.replace(/^(?:\.{0,2}\/+)+/, "").replace(/^\.\/?$/, "");
    const name = this.#options.junkPaths ? baseName(inside) : inside;
    if (name === "" || name === this.#archive) return;
    if (this.#include.length > 0 && !this.#include.some((pattern) => pattern.matches(name))) return;
    if (this.#exclude.some((pattern) => pattern.matches(name))) return;
    this.#found.set(name, { path, stat });
  }

  async #build(
    builder: ArchiveBuilder,
    old: ZipArchive | undefined,
    names: readonly string[],
  ): Promise<void> {
    const patterns = this.#options.delete ? names.map((name) => compilePattern(name)) : [];
    for (const entry of old?.entries ?? []) {
      if (patterns.some((pattern) => pattern.matches(entry.name)))
        await this.#say(`deleting: ${entry.name}\n`);
      else if (!(await this.#replaced(builder, entry))) await builder.copy(entry, old!.raw(entry));
    }
    if (!this.#options.freshen && !this.#options.delete) {
      for (const [name, found] of this.#found) await this.#add(builder, name, found, "  adding");
    }
    await builder.finish();
  }

  /** Whether a file took the place of an entry of the archive as it was. */
  async #replaced(builder: ArchiveBuilder, entry: ZipEntry): Promise<boolean> {
    const found = this.#found.get(entry.name);
    if (!found) return false;
    this.#found.delete(entry.name);
    const newer = Number(found.stat.mtimeNs / 1_000_000_000n) > entry.mtime;
    if ((this.#options.update || this.#options.freshen) && !newer) return false;
    await this.#add(builder, entry.name, found, this.#options.freshen ? "freshening" : "updating");
    return true;
  }

  async #add(builder: ArchiveBuilder, name: string, { path, stat }: Found, verb: string): Promise<void> {
    const proc = this.#proc;
    const mtime = Number(stat.mtimeNs / 1_000_000_000n);
    const about = { name, mode: stat.mode, mtime };
    try {
      let entry: ZipEntry;
      if (isDirectory(stat.mode)) entry = await builder.add(about, chunksOf(new Uint8Array(0)), 0);
      else if (isSymlink(stat.mode))
        entry = await builder.add(about, chunksOf(encode(await proc.readlink(path))), 0);
      else entry = await this.#addFile(builder, about, path);
      const saved = entry.size === 0 ? 0 : Math.round(100 - (entry.compressed * 100) / entry.size);
      const how = entry.method === DEFLATED ? "deflated" : "stored";
      await this.#say(`${verb}: ${name} (${how} ${saved}%)\n`);
    } catch (error) {
      await this.#message(`\tzip warning: could not open for reading: ${path}: ${errorText(error)}\n`);
      this.#status = 18;
    }
  }

  async #addFile(builder: ArchiveBuilder, about: Pick<ZipEntry, "name" | "mode" | "mtime">, path: string) {
    const fd = await this.#proc.open(path, O_RDONLY);
    try {
      return await builder.add(about, fileChunks(this.#proc, fd), this.#level);
    } finally {
      await this.#proc.close(fd);
    }
  }

  async #pour(fd: number): Promise<void> {
    await this.#proc.lseek(fd, 0, 0);
    for await (const chunk of fileChunks(this.#proc, fd)) await stdout(this.#proc).write(chunk);
    await stdout(this.#proc).flush();
  }

  async #removeStored(): Promise<void> {
    for (const { path, stat } of [...this.#found.values()].reverse()) {
      if (isDirectory(stat.mode)) await this.#proc.rmdir(path);
      else await this.#proc.unlink(path);
    }
  }
}

async function* chunksOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield bytes;
}

async function* fileChunks(proc: Proc, fd: number): AsyncGenerator<Uint8Array> {
  const reader = new Reader(proc, fd);
  for (let chunk = await reader.read(); chunk; chunk = await reader.read()) {
    yield chunk;
    const pause = proc.yield();
    if (pause) await pause;
  }
}
