import {
  bytesFromLatin1,
  isSysError,
  latin1FromBytes,
  O_CREAT,
  O_EXCL,
  O_RDONLY,
  O_WRONLY,
} from "@agentos/kernel/abi";
import {
  defineProgram,
  latin1ToOsString,
  type OptionValues,
  openInput,
  type Proc,
  stderr,
  stdout,
} from "@agentos/kernel/program";
import { directoryName } from "../shared/path-names.ts";
import { readBytes } from "../shared/text-file.ts";
import { type Applied, Target } from "./apply.ts";
import { type FilePatch, formatHunk, type Hunk, MalformedPatch, parsePatch, reversed } from "./parse.ts";
import { chooseName } from "./target-name.ts";

const OPTIONS = {
  strip: { short: "p", long: "strip", value: "NUM", help: "strip NUM leading components from file names" },
  fuzz: {
    short: "F",
    long: "fuzz",
    value: "LINES",
    help: "set the fuzz factor to LINES for inexact matching",
  },
  ignoreBlanks: { short: "l", long: "ignore-whitespace", help: "ignore white space changes" },
  context: { short: "c", long: "context", help: "interpret the patch as a context difference" },
  normal: { short: "n", long: "normal", help: "interpret the patch as a normal difference" },
  unified: { short: "u", long: "unified", help: "interpret the patch as a unified difference" },
  forward: { short: "N", long: "forward", help: "ignore patches that appear reversed or already applied" },
  reverse: {
    short: "R",
    long: "reverse",
    help: "assume patches were created with old and new files swapped",
  },
  input: {
    short: "i",
    long: "input",
    value: "PATCHFILE",
    help: "read the patch from PATCHFILE instead of stdin",
  },
  output: { short: "o", long: "output", value: "FILE", help: "output patched files to FILE" },
  rejectFile: { short: "r", long: "reject-file", value: "FILE", help: "output rejects to FILE" },
  removeEmpty: {
    short: "E",
    long: "remove-empty-files",
    help: "remove output files that are empty after patching",
  },
  quiet: { short: "s", long: ["quiet", "silent"], help: "work silently unless an error occurs" },
  force: { short: "f", long: "force", help: "ask no questions, apply even what seems reversed" },
  batch: { short: "t", long: "batch", help: "ask no questions, skip what seems already applied" },
  directory: {
    short: "d",
    long: "directory",
    value: "DIR",
    help: "change the working directory to DIR first",
  },
  backup: { short: "b", long: "backup", help: "back up the original contents of each file" },
  noBackup: { long: "no-backup-if-mismatch", help: "back up mismatched files only if otherwise requested" },
  suffix: { short: "z", long: "suffix", value: "SUFFIX", help: "append SUFFIX to backup file names" },
  dryRun: { long: "dry-run", help: "do not change any files; print what would happen" },
  verbose: { long: "verbose", help: "output extra information about the work being done" },
  binary: { long: "binary", help: "read and write data in binary mode" },
  posix: { long: "posix", help: "conform to the POSIX standard" },
} as const;

type Options = OptionValues<typeof OPTIONS>;

const DEFAULT_FUZZ = 2;
const LARGEST_PATCH = 1 << 28;
const SOME_FAILED = 1;
const TROUBLE = 2;

/** patch: applies differences to files. Source: POSIX XCU patch; GNU patch manual. */
export default defineProgram({
  name: "patch",
  summary: "Apply a diff file to an original.",
  usage: "[OPTION]... [ORIGFILE [PATCHFILE]]",
  usageStatus: TROUBLE,
  options: OPTIONS,
  async run(proc, { options, operands }) {
    const [original, patchFile] = operands;
    if (options.directory !== undefined) await proc.chdir(options.directory);
    const input = options.input ?? patchFile ?? "-";
    let text: string;
    try {
      const fd = await openInput(proc, input);
      text = latin1FromBytes(await readBytes(proc, fd, LARGEST_PATCH));
    } catch (error) {
      if (!isSysError(error)) throw error;
      await stderr(proc).write(`patch: **** Can't open patch file ${input} : ${error.message}\n`);
      return TROUBLE;
    }
    const job = new Job(proc, options, original);
    try {
      return await job.run(linesOf(text));
    } catch (error) {
      if (!(error instanceof MalformedPatch)) throw error;
      await stdout(proc).flush();
      await stderr(proc).write(
        `patch: **** ${error.message.trimEnd()}\n${error.message.endsWith("\n") ? "\n" : ""}`,
      );
      return TROUBLE;
    }
  },
});

const linesOf = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

class Job {
  readonly #proc: Proc;
  readonly #options: Options;
  readonly #original: string | undefined;
  #status = 0;

  constructor(proc: Proc, options: Options, original: string | undefined) {
    this.#proc = proc;
    this.#options = options;
    this.#original = original;
  }

  async run(lines: readonly string[]): Promise<number> {
    const clean = this.#options.binary || !lines.some((line) => /^(?:---|\+\+\+) .*\r\n$/.test(line));
    if (!clean) await this.#say("(Stripping trailing CRs from patch; use --binary to disable.)\n");
    const text = clean ? lines : lines.map((line) => line.replace(/\r\n$/, "\n"));
    let found = false;
    for (const patch of parsePatch(text)) {
      found = true;
      await this.#file(this.#options.reverse ? reversed(patch) : patch);
      const pause = this.#proc.yield();
      if (pause) await pause;
    }
    if (found || lines.length === 0) return this.#status;
    await stderr(this.#proc).write("patch: **** Only garbage was found in the patch input.\n");
    return TROUBLE;
  }

  async #say(text: string): Promise<void> {
    const out = this.#options.output === "-" ? stderr(this.#proc) : stdout(this.#proc);
    await out.write(text);
  }

  async #tell(text: string): Promise<void> {
    if (!this.#options.quiet) await this.#say(text);
  }

  async #file(patch: FilePatch): Promise<void> {
    const strip = this.#options.strip === undefined ? undefined : Number(this.#options.strip);
    const name = this.#original ?? (await chooseName(this.#proc, patch, strip));
    if (name === undefined) return this.#notFound(patch);
    if (name === "unsafe") return this.#unsafe(patch);
    const path = latin1ToOsString(name);
    const old = await this.#read(path);
    if (old === undefined && !patch.creates && patch.hunks.some(({ oldStart }) => oldStart > 0)) {
      return this.#notFound(patch);
    }
    const destination = this.#destination(patch, path);
    const renamed = destination === path ? "" : ` (${patch.renames ? "renamed" : "read"} from ${path})`;
    await this.#tell(`${this.#options.dryRun ? "checking" : "patching"} file ${destination}${renamed}\n`);
    if (await this.#seemsApplied(patch, old)) return this.#ignore(patch, path);
    await this.#apply(patch, path, destination, old);
  }

  #destination(patch: FilePatch, path: string): string {
    if (this.#options.output !== undefined) return this.#options.output;
    if (!patch.renames || this.#original !== undefined) return path;
    return latin1ToOsString(patch.newName!.replace(/^[^/]*\//, ""));
  }

  async #read(path: string): Promise<string[] | undefined> {
    try {
      const fd = await this.#proc.open(path, O_RDONLY);
      const bytes = await readBytes(this.#proc, fd, LARGEST_PATCH);
      await this.#proc.close(fd);
      return linesOf(latin1FromBytes(bytes));
    } catch (error) {
      if (!isSysError(error, "ENOENT") && !isSysError(error, "ENOTDIR")) throw error;
      return undefined;
    }
  }

  async #notFound(patch: FilePatch): Promise<void> {
    await this.#say(`can't find file to patch at input line ${patch.line}\n`);
    const guess =
      this.#options.strip === undefined
        ? "Perhaps you should have used the -p or --strip option?"
        : "Perhaps you used the wrong -p or --strip option?";
    const rule = "--------------------------\n";
    const text = patch.leading.map((line) => `|${line}`).join("");
    await this.#say(`${guess}\nThe text leading up to this was:\n${rule}${latin1ToOsString(text)}${rule}`);
    if (!this.#options.force && !this.#options.batch)
      await this.#say("File to patch: \nSkip this patch? [y] \n");
    else await this.#say("No file to patch.  ");
    await this.#ignored(patch, "");
  }

  async #unsafe(patch: FilePatch): Promise<void> {
    await this.#say(`Ignoring potentially dangerous file name ${patch.newName ?? patch.oldName}\n`);
    await this.#notFound(patch);
  }

  async #ignored(patch: FilePatch, saved: string): Promise<void> {
    const count = patch.hunks.length;
    await this.#say("Skipping patch.\n");
    await this.#say(`${count} out of ${count} hunk${count === 1 ? "" : "s"} ignored${saved}\n`);
    this.#status = SOME_FAILED;
  }

  /** Whether the first hunk does not fit, but its opposite does. */
  async #seemsApplied(patch: FilePatch, old: string[] | undefined): Promise<boolean> {
    if (this.#options.force || patch.hunks.length === 0) return false;
    if (patch.creates) return old !== undefined && old.length > 0;
    const settings = { fuzz: 0, ignoreBlanks: false, pause: () => this.#proc.yield() };
    const first = await new Target(old ?? [], { ...settings, fuzz: this.#fuzz() }).apply(patch.hunks[0]!);
    if (first.at !== undefined) return false;
    return (await new Target(old ?? [], settings).apply(reversed(patch).hunks[0]!)).at !== undefined;
  }

  async #ignore(patch: FilePatch, path: string): Promise<void> {
    const what = this.#options.reverse ? "Unreversed" : "Reversed";
    await this.#say(`${what} (or previously applied) patch detected!  `);
    if (!this.#options.forward && !this.#options.batch) {
      await this.#say(`${this.#options.reverse ? "Ignore" : "Assume"} -R? [n] \nApply anyway? [n] \n`);
    }
    const rejects = this.#options.rejectFile ?? `${path}.rej`;
    await this.#ignored(patch, this.#saving(rejects));
    await this.#reject(patch, path, patch.hunks);
  }

  #saving(rejects: string): string {
    return this.#options.dryRun || rejects === "-" ? "" : ` -- saving rejects to file ${rejects}`;
  }

  #fuzz(): number {
    return this.#options.fuzz === undefined ? DEFAULT_FUZZ : Number(this.#options.fuzz);
  }

  async #apply(
    patch: FilePatch,
    path: string,
    destination: string,
    old: string[] | undefined,
  ): Promise<void> {
    const pause = () => this.#proc.yield();
    const target = new Target(old ?? [], {
      fuzz: this.#fuzz(),
      ignoreBlanks: this.#options.ignoreBlanks,
      pause,
    });
    const failed: Hunk[] = [];
    let inexact = false;
    for (const [index, hunk] of patch.hunks.entries()) {
      const applied = await target.apply(hunk);
      if (applied.at === undefined) failed.push(hunk);
      inexact ||= applied.at === undefined || applied.fuzz > 0 || applied.offset !== 0;
      await this.#describe(index + 1, applied);
    }
    const lines = target.finish();
    const changed = failed.length < patch.hunks.length || patch.hunks.length === 0;
    const mismatch = inexact && !this.#options.noBackup && !this.#options.posix;
    if (!this.#options.dryRun && old && (this.#options.backup || mismatch))
      await this.#backUp(path, old, changed);
    if (!this.#options.dryRun && changed) await this.#write(patch, path, destination, lines);
    if (failed.length === 0) return;
    const rejects = this.#options.rejectFile ?? `${path}.rej`;
    const total = patch.hunks.length;
    await this.#say(
      `${failed.length} out of ${total} hunk${total === 1 ? "" : "s"} FAILED${this.#saving(rejects)}\n`,
    );
    this.#status = SOME_FAILED;
    await this.#reject(patch, path, failed);
  }

  async #describe(number: number, { at, guess, fuzz, offset }: Applied): Promise<void> {
    if (at === undefined) return this.#say(`Hunk #${number} FAILED at ${guess}.\n`);
    if (fuzz === 0 && offset === 0) return;
    const how = fuzz > 0 ? ` with fuzz ${fuzz}` : "";
    const where = offset === 0 ? "" : ` (offset ${offset} line${Math.abs(offset) === 1 ? "" : "s"})`;
    await this.#tell(`Hunk #${number} succeeded at ${at}${how}${where}.\n`);
  }

  /** @param moves the file itself becomes the backup, for it is written anew */
  async #backUp(path: string, old: readonly string[], moves: boolean): Promise<void> {
    const backup = path + (this.#options.suffix ?? ".orig");
    await this.#save(backup, old.join(""), path);
    if (!moves) return;
    const { atimeNs, mtimeNs } = await this.#proc.stat(path);
    await this.#proc.utimes(backup, atimeNs, mtimeNs);
  }

  async #write(patch: FilePatch, path: string, destination: string, lines: readonly string[]): Promise<void> {
    const proc = this.#proc;
    const empty = lines.length === 0;
    if (empty && (patch.deletes || this.#options.removeEmpty) && this.#options.output === undefined) {
      if (await proc.statIfExists(path)) await proc.unlink(path);
      return;
    }
    if (destination !== "-") await this.#parents(directoryName(destination));
    if (destination === "-") await stdout(proc).writeLatin1(lines.join(""));
    else await this.#save(destination, lines.join(""), path);
    if (patch.mode !== undefined) await proc.chmod(destination, patch.mode & 0o777);
    if (patch.renames && destination !== path && this.#options.output === undefined) await proc.unlink(path);
  }

  async #parents(path: string): Promise<void> {
    if (await this.#proc.statIfExists(path)) return;
    await this.#parents(directoryName(path));
    await this.#proc.mkdir(path, 0o777);
  }

  /** Puts a new file in the place of what is there. @param like the file whose permissions it gets */
  async #save(path: string, latin1: string, like: string | undefined): Promise<void> {
    const proc = this.#proc;
    const stat = like === undefined ? undefined : await proc.statIfExists(like);
    const temporary = `${path}.p${proc.pid}${proc.now() % 1_000_000n}`;
    const fd = await proc.open(temporary, O_WRONLY | O_CREAT | O_EXCL, 0o666);
    await proc.write(fd, bytesFromLatin1(latin1));
    if (stat) await proc.fchmod(fd, stat.mode & 0o7777);
    await proc.close(fd);
    await proc.rename(temporary, path);
  }

  async #reject(patch: FilePatch, path: string, hunks: readonly Hunk[]): Promise<void> {
    const file = this.#options.rejectFile ?? `${path}.rej`;
    if (this.#options.dryRun || file === "-") return;
    const header = patch.leading.filter((line) => /^(?:---|\+\+\+) /.test(line)).join("");
    await this.#save(file, header + hunks.map(formatHunk).join(""), undefined);
  }
}
