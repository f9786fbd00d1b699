import {
  isDirectory,
  isSymlink,
  isSysError,
  O_CREAT,
  O_NOFOLLOW,
  O_RDONLY,
  O_TRUNC,
  O_WRONLY,
} from "@agentos/kernel/abi";
import {
  defineProgram,
  errorText,
  type OptionValues,
  type Proc,
  stderr,
  stdout,
} from "@agentos/kernel/program";
import { compilePattern } from "@agentos/posix";
import { lstatIfExists } from "../cp/copy.ts";
import { directoryName } from "../shared/path-names.ts";
import { join } from "../shared/paths.ts";
import { ZipArchive } from "../zip/archive.ts";
import { isDirectoryEntry, STORED, type ZipEntry, ZipError } from "../zip/format.ts";
import { listBriefly, listFully } from "./listing.ts";

const OPTIONS = {
  list: { short: "l", help: "list files (short format)" },
  verbose: { short: "v", help: "list verbosely" },
  info: { short: "Z", help: "list as zipinfo does; -1: names only" },
  namesOnly: { short: "1", help: "with -Z, names only" },
  test: { short: "t", help: "test compressed archive data" },
  pipe: { short: "p", help: "extract files to standard output, without messages" },
  toStdout: { short: "c", help: "extract files to standard output, with their names" },
  freshen: { short: "f", help: "freshen existing files, create none" },
  update: { short: "u", help: "update files, create if necessary" },
  overwrite: { short: "o", help: "overwrite files without asking" },
  never: { short: "n", help: "never overwrite existing files" },
  quiet: { short: "q", repeat: true, help: "quiet mode (-qq: quieter)" },
  junkPaths: { short: "j", help: "junk paths (do not make directories)" },
  anyCase: { short: "C", help: "match file names case-insensitively" },
  text: { short: "abDKLMUVXWB", help: "accepted, without effect" },
  directory: { short: "d", value: "EXDIR", help: "extract files into EXDIR" },
} as const;

type Options = OptionValues<typeof OPTIONS>;

const WARNING = 1;
const DAMAGED = 2;
const NO_ARCHIVE = 9;
const NO_MATCH = 11;
const CORRUPT = 3;
const LONGEST_TARGET = 4096;

/** unzip: lists, tests and extracts zip archives. Source: unzip(1) of Info-ZIP. */
export default defineProgram({
  name: "unzip",
  summary: "List, test and extract compressed files in a ZIP archive.",
  usage: "[-Z] [-opts] file[.zip] [list] [-x xlist] [-d exdir]",
  usageStatus: 10,
  options: OPTIONS,
  modernize: takeExclusions,
  async run(proc, { options, operands }) {
    const [file, ...rest] = operands;
    if (file === undefined) {
      await stdout(proc).write("Usage: unzip [-Z] [-opts] file[.zip] [list] [-x xlist] [-d exdir]\n");
      return 0;
    }
    const border = rest.indexOf(EXCLUDE);
    const wanted = border < 0 ? rest : rest.slice(0, border);
    const unwanted = border < 0 ? [] : rest.slice(border + 1);
    const opened = await openArchive(proc, file);
    if (!opened) {
      await stderr(proc).write(`unzip:  cannot find or open ${file}, ${file}.zip or ${file}.ZIP.\n`);
      return NO_ARCHIVE;
    }
    try {
      const archive = await ZipArchive.open(proc, opened.fd);
      return await new Job(proc, archive, opened.name, options, wanted, unwanted).run();
    } catch (error) {
      if (!(error instanceof ZipError)) throw error;
      await stdout(proc).flush();
      await stderr(proc).write(
        `  ${error.message}.\nunzip:  cannot find zipfile directory in ${opened.name}.\n`,
      );
      return NO_ARCHIVE;
    }
  },
});

/** Stands for -x among the operands: what follows it is left out. */
const EXCLUDE = "\0x";

function takeExclusions(argv: readonly string[]): readonly string[] {
  const words: string[] = [];
  for (const word of argv) {
    if (words.length > 0 && word === "-x") words.push(EXCLUDE);
    else if (words.length > 1 && /^-x./.test(word)) words.push(EXCLUDE, word.slice(2));
    else words.push(word);
  }
  return words;
}

async function openArchive(proc: Proc, file: string): Promise<{ fd: number; name: string } | undefined> {
  for (const name of [file, `${file}.zip`, `${file}.ZIP`]) {
    try {
      if (isDirectory((await proc.stat(name)).mode)) continue;
      return { fd: await proc.open(name, O_RDONLY), name };
    } catch (error) {
      if (!isSysError(error)) throw error;
    }
  }
  return undefined;
}

class Job {
  readonly #proc: Proc;
  readonly #archive: ZipArchive;
  readonly #name: string;
  readonly #options: Options;
  readonly #wanted: readonly string[];
  readonly #unwanted: readonly string[];
  /** What the answer to a question said about all further files. */
  #always: "overwrite" | "never" | undefined;
  /** Links are made last, so that nothing is written through one; times of directories as well. */
  readonly #links: { path: string; target: string }[] = [];
  readonly #directories: { path: string; entry: ZipEntry }[] = [];
  #status = 0;

  constructor(
    proc: Proc,
    archive: ZipArchive,
    name: string,
    options: Options,
    wanted: readonly string[],
    unwanted: readonly string[],
  ) {
    this.#proc = proc;
    this.#archive = archive;
    this.#name = name;
    this.#options = options;
    this.#wanted = wanted;
    this.#unwanted = unwanted;
  }

  async run(): Promise<number> {
    const { list, verbose, info, namesOnly, pipe, quiet, test } = this.#options;
    const { entries, missing } = this.#chosen();
    const silent = pipe || quiet > 0 || (info && namesOnly);
    if (!silent) await this.#say(`Archive:  ${this.#name}\n`);
    const zone = this.#proc.env.get("TZ");
    if (info && namesOnly) for (const { name } of entries) await this.#say(`${name}\n`);
    else if (list || info) await this.#say(listBriefly(entries, zone));
    else if (verbose) await this.#say(listFully(entries, zone));
    else if (test) await this.#test(entries);
    else await this.#extract(entries);
    await stdout(this.#proc).flush();
    for (const name of missing) await stderr(this.#proc).write(`caution: filename not matched:  ${name}\n`);
    return missing.length > 0 && this.#status === 0 ? NO_MATCH : this.#status;
  }

  #chosen(): { entries: ZipEntry[]; missing: string[] } {
    const matcher = (text: string) => {
      const pattern = compilePattern(text, { nocase: this.#options.anyCase });
      let used = false;
      return { text, used: () => used, matches: (name: string) => pattern.matches(name) && (used = true) };
    };
    const wanted = this.#wanted.map(matcher);
    const unwanted = this.#unwanted.map(matcher);
    const entries = this.#archive.entries.filter(
      ({ name }) =>
        (wanted.length === 0 || wanted.some((one) => one.matches(name))) &&
        !unwanted.some((one) => one.matches(name)),
    );
    return { entries, missing: wanted.filter((one) => !one.used()).map(({ text }) => text) };
  }

  async #say(text: string): Promise<void> {
    await stdout(this.#proc).write(text);
  }

  async #tell(text: string): Promise<void> {
    if (this.#options.quiet === 0) await this.#say(text);
  }

  async #test(entries: readonly ZipEntry[]): Promise<void> {
    let bad = 0;
    for (const entry of entries) {
      await this.#tell(`    testing: ${entry.name.padEnd(22)}  `);
      try {
        for await (const chunk of this.#archive.data(entry)) void chunk;
        await this.#tell(" OK\n");
      } catch (error) {
        if (!(error instanceof ZipError)) throw error;
        await this.#say(` ${error.message}\n`);
        this.#status = DAMAGED;
        bad++;
      }
    }
    const verdict =
      bad === 0 ? "No errors detected in compressed data of" : "At least one error was detected in";
    await this.#say(`${verdict} ${this.#name}.\n`);
  }

  async #extract(entries: readonly ZipEntry[]): Promise<void> {
    for (const entry of entries) {
      try {
        if (this.#options.pipe || this.#options.toStdout) await this.#print(entry);
        else await this.#place(entry);
      } catch (error) {
        await stdout(this.#proc).flush();
        const text = error instanceof ZipError ? error.message : errorText(error);
        await stderr(this.#proc).write(`error:  ${entry.name}: ${text}\n`);
        this.#status = error instanceof ZipError ? DAMAGED : CORRUPT;
      }
    }
    for (const { path, target } of this.#links) await this.#proc.symlink(target, path);
    for (const { path, entry } of this.#directories.reverse()) await this.#attributes(path, entry);
  }

  async #print(entry: ZipEntry): Promise<void> {
    if (isDirectoryEntry(entry)) return;
    if (this.#options.toStdout) await this.#tell(` ${verbOf(entry)}: ${entry.name}\n`);
    for await (const chunk of this.#archive.data(entry)) await stdout(this.#proc).write(chunk);
  }

  /** The name inside the target: never absolute, never with ".." */
  async #pathOf(entry: ZipEntry): Promise<string> {
    const parts = entry.name.split("/").filter((part) => part !== "" && part !== "." && part !== "..");
    if (/^\/|(?:^|\/)\.\.(?:\/|$)/.test(entry.name)) {
      await stdout(this.#proc).flush();
      await stderr(this.#proc).write(`warning:  stripped absolute path spec from ${entry.name}\n`);
      this.#status = WARNING;
    }
    const inside = this.#options.junkPaths ? (parts.at(-1) ?? "") : parts.join("/");
    return this.#options.directory === undefined ? inside : join(this.#options.directory, inside);
  }

  async #place(entry: ZipEntry): Promise<void> {
    const proc = this.#proc;
    if (isDirectoryEntry(entry)) {
      if (!this.#options.junkPaths) await this.#directory(await this.#pathOf(entry), entry);
      return;
    }
    const given = await this.#pathOf(entry);
    const path = await this.#allowed(given, entry);
    if (path === undefined) return;
    await this.#parents(directoryName(path));
    if (isSymlink(entry.mode)) {
      const target = await this.#linkTarget(entry);
      this.#links.push({ path, target });
      return this.#tell(`    linking: ${path.padEnd(22)}  -> ${target} \n`);
    }
    await this.#tell(`${verbOf(entry).padStart(11)}: ${path.padEnd(22)}  \n`);
    const fd = await proc.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o600);
    try {
      for await (const chunk of this.#archive.data(entry)) await proc.write(fd, chunk);
    } finally {
      await proc.close(fd);
    }
    await this.#attributes(path, entry);
  }

  async #directory(path: string, entry: ZipEntry): Promise<void> {
    if (path === "" || (await this.#proc.statIfExists(path))) return;
    await this.#tell(`   creating: ${path}/\n`);
    await this.#parents(path);
    this.#directories.push({ path, entry });
  }

  async #attributes(path: string, entry: ZipEntry): Promise<void> {
    await this.#proc.chmod(path, entry.mode & 0o777);
    const ns = BigInt(entry.mtime) * 1_000_000_000n;
    await this.#proc.utimes(path, ns, ns);
  }

  async #linkTarget(entry: ZipEntry): Promise<string> {
    if (entry.size > LONGEST_TARGET) throw new ZipError("symlink target too long");
    let target = "";
    for await (const chunk of this.#archive.data(entry)) target += new TextDecoder().decode(chunk);
    return target;
  }

  async #parents(path: string): Promise<void> {
    if (path === "" || (await this.#proc.statIfExists(path))) return;
    await this.#parents(directoryName(path));
    await this.#proc.mkdir(path, 0o777);
  }

  /** The path to write to, perhaps one typed in; undefined leaves the entry out. */
  async #allowed(path: string, entry: ZipEntry): Promise<string | undefined> {
    const existing = await lstatIfExists(this.#proc, path);
    const { freshen, update, overwrite, never } = this.#options;
    if (!existing) return freshen ? undefined : path;
    if ((freshen || update) && BigInt(entry.mtime) <= existing.mtimeNs / 1_000_000_000n) return undefined;
    if (never || this.#always === "never") return undefined;
    if (!overwrite && this.#always !== "overwrite") {
      const answer = await this.#ask(`replace ${path}? [y]es, [n]o, [A]ll, [N]one, [r]ename: `);
      if (answer === undefined) {
        await stderr(this.#proc).write(' NULL\n(EOF or read error, treating as "[N]one" ...)\n');
        this.#status = WARNING;
      }
      if (answer === undefined || answer === "N") this.#always = "never";
      if (answer === "A") this.#always = "overwrite";
      if (answer?.startsWith("r")) {
        const renamed = await this.#ask("new name: ");
        return renamed === undefined || renamed === "" ? undefined : renamed;
      }
      if (answer !== "A" && !answer?.startsWith("y")) return undefined;
    }
    await this.#proc.unlink(path);
    return path;
  }

  async #ask(question: string): Promise<string | undefined> {
    await stdout(this.#proc).flush();
    await stderr(this.#proc).write(question);
    const byte = new Uint8Array(1);
    let line = "";
    while (line.length < LONGEST_TARGET) {
      if ((await this.#proc.read(0, byte)) === 0) return line === "" ? undefined : line;
      if (byte[0] === 10) return line;
      line += String.fromCharCode(byte[0]!);
    }
    return line;
  }
}

const verbOf = ({ method }: ZipEntry): string => (method === STORED ? "extracting" : "inflating");
