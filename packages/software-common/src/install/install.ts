import { isDirectory, isSysError, O_CREAT, O_EXCL, O_RDONLY, O_WRONLY } from "@agentos/kernel/abi";
import {
  defineProgram,
  errorText,
  fail,
  type OptionValues,
  type Proc,
  quoteName,
  Reader,
  stdout,
  UsageError,
  warn,
} from "@agentos/kernel/program";
import { readGroups, readUsers } from "../shared/accounts.ts";
import { backupName, backupPolicy, existingNames } from "../shared/backup.ts";
import { destinations } from "../shared/destination.ts";
import { applyMode, type ModeChange, parseMode } from "../shared/file-mode.ts";
import { directoryName } from "../shared/path-names.ts";
import { quote } from "../shared/quote.ts";

const OPTIONS = {
  backup: {
    long: "backup",
    value: "CONTROL",
    optional: true,
    help: "make a backup of each existing destination file",
  },
  simpleBackup: { short: "b", help: "like --backup but does not accept an argument" },
  ignored: { short: "c", help: "(ignored)" },
  compare: { short: "C", long: "compare", help: "do not modify the destination if it is the same" },
  directory: { short: "d", long: "directory", help: "treat all arguments as directory names" },
  parents: { short: "D", help: "create all leading components of DEST except the last" },
  group: { short: "g", long: "group", value: "GROUP", help: "set group ownership" },
  mode: {
    short: "m",
    long: "mode",
    value: "MODE",
    help: "set permission mode (as in chmod), instead of rwxr-xr-x",
  },
  owner: { short: "o", long: "owner", value: "OWNER", help: "set ownership (super-user only)" },
  preserve: {
    short: "p",
    long: "preserve-timestamps",
    help: "apply access/modification times of SOURCE files",
  },
  strip: { short: "s", long: "strip", help: "strip symbol tables (there are none)" },
  suffix: { short: "S", long: "suffix", value: "SUFFIX", help: "override the usual backup suffix" },
  targetDirectory: {
    short: "t",
    long: "target-directory",
    value: "DIRECTORY",
    help: "copy all SOURCE arguments into DIRECTORY",
  },
  noTargetDirectory: { short: "T", long: "no-target-directory", help: "treat DEST as a normal file" },
  verbose: { short: "v", long: "verbose", help: "print the name of each created file or directory" },
} as const;

type Options = OptionValues<typeof OPTIONS>;

const DEFAULT_MODE: ModeChange = { octal: 0o755, digits: 3 };
const CHUNK = 65536;

/** install: copies files and sets their attributes. Source: GNU coreutils manual, "install invocation". */
export default defineProgram({
  name: "install",
  summary: "Copy files and set attributes.",
  usage: "[OPTION]... SOURCE... DEST | -d DIRECTORY...",
  options: OPTIONS,
  async run(proc, { options, operands }) {
    const mode = options.mode === undefined ? DEFAULT_MODE : parseMode(options.mode);
    if (!mode) return fail(proc, `invalid mode ${quote(proc, options.mode!)}`);
    const owner = await idOf(await readUsers(proc), options.owner, "uid");
    const group = await idOf(await readGroups(proc), options.group, "gid");
    if (owner === undefined) return fail(proc, `invalid user ${quoteName(options.owner!)}`);
    if (group === undefined) return fail(proc, `invalid group ${quoteName(options.group!)}`);
    const installer = new Installer(proc, options, mode, owner, group);
    if (options.directory) {
      if (operands.length === 0) throw new UsageError("missing file operand");
      for (const path of operands) await installer.directory(path);
      return installer.status;
    }
    return installer.files(operands);
  },
});

/** -1 leaves an id as it is; undefined: there is no such account. */
function idOf<K extends "uid" | "gid">(
  accounts: readonly ({ name: string } & Record<K, number>)[],
  given: string | undefined,
  key: K,
): number | undefined {
  if (given === undefined) return -1;
  return (
    accounts.find(({ name }) => name === given)?.[key] ?? (/^\d+$/.test(given) ? Number(given) : undefined)
  );
}

class Installer {
  readonly #proc: Proc;
  readonly #options: Options;
  readonly #mode: ModeChange;
  readonly #owner: number;
  readonly #group: number;
  status = 0;

  constructor(proc: Proc, options: Options, mode: ModeChange, owner: number, group: number) {
    this.#proc = proc;
    this.#options = options;
    this.#mode = mode;
    this.#owner = owner;
    this.#group = group;
  }

  async #fail(message: string): Promise<void> {
    await warn(this.#proc, message);
    this.status = 1;
  }

  async #say(text: string): Promise<void> {
    if (this.#options.verbose) await stdout(this.#proc).write(`${text}\n`);
  }

  async directory(path: string): Promise<void> {
    try {
      await this.#parents(path);
      await this.#attributes(path);
    } catch (error) {
      await this.#fail(`cannot create directory ${quoteName(path)}: ${errorText(error)}`);
    }
  }

  async #parents(path: string): Promise<void> {
    if (await this.#proc.statIfExists(path)) return;
    await this.#parents(directoryName(path));
    await this.#proc.mkdir(path, 0o755);
    await this.#say(`install: creating directory ${quoteName(path)}`);
  }

  async files(operands: readonly string[]): Promise<number> {
    const { targetDirectory, parents } = this.#options;
    const made = targetDirectory ?? (operands.length > 1 ? directoryName(operands.at(-1)!) : undefined);
    if (parents && made !== undefined) await this.#parents(made);
    if (targetDirectory !== undefined) {
      const there = await this.#proc.statIfExists(targetDirectory);
      if (!there || !isDirectory(there.mode)) {
        const why = there ? "Not a directory" : "No such file or directory";
        return fail(this.#proc, `failed to access ${quoteName(targetDirectory)}: ${why}`);
      }
    }
    const pairs = await destinations(this.#proc, operands, { ...this.#options, parents: false });
    if (typeof pairs === "string") return fail(this.#proc, pairs);
    for (const [source, path] of pairs) await this.#file(source, path);
    return this.status;
  }

  async #file(source: string, path: string): Promise<void> {
    const proc = this.#proc;
    let input: number;
    try {
      const stat = await proc.stat(source);
      if (isDirectory(stat.mode)) return await this.#fail(`omitting directory ${quoteName(source)}`);
      input = await proc.open(source, O_RDONLY);
    } catch (error) {
      return this.#fail(`cannot stat ${quoteName(source)}: ${errorText(error)}`);
    }
    try {
      if (this.#options.compare && (await this.#same(input, path))) return;
      const backup = await this.#makeRoom(path);
      await this.#copy(input, path);
      await this.#attributes(path);
      const { atimeNs, mtimeNs } = await proc.fstat(input);
      if (this.#options.preserve) await proc.utimes(path, atimeNs, mtimeNs);
      const note = backup === undefined ? "" : ` (backup: ${quoteName(backup)})`;
      await this.#say(`${quoteName(source)} -> ${quoteName(path)}${note}`);
    } catch (error) {
      await this.#fail(`cannot create regular file ${quoteName(path)}: ${errorText(error)}`);
    } finally {
      await proc.close(input);
    }
  }

  /** What is there goes, or becomes the backup: a program that runs from it keeps its file. */
  async #makeRoom(path: string): Promise<string | undefined> {
    const existing = await this.#proc.statIfExists(path);
    if (!existing) return undefined;
    const policy = backupPolicy(this.#proc, this.#options);
    if (policy.kind === "none") {
      await this.#proc.unlink(path);
      return undefined;
    }
    const backup = backupName(policy, path, await existingNames(this.#proc, path));
    await this.#proc.rename(path, backup);
    return backup;
  }

  async #copy(input: number, path: string): Promise<void> {
    const proc = this.#proc;
    const output = await proc.open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600);
    const reader = new Reader(proc, input);
    try {
      for (let chunk = await reader.read(); chunk; chunk = await reader.read()) {
        await proc.write(output, chunk);
        const pause = proc.yield();
        if (pause) await pause;
      }
    } finally {
      await proc.close(output);
    }
  }

  async #same(input: number, path: string): Promise<boolean> {
    const proc = this.#proc;
    const [from, there] = [await proc.fstat(input), await proc.statIfExists(path)];
    if (!there || there.size !== from.size || (there.mode & 0o7777) !== applyMode(this.#mode, 0, 0))
      return false;
    const fd = await proc.open(path, O_RDONLY);
    const [a, b] = [new Uint8Array(CHUNK), new Uint8Array(CHUNK)];
    try {
      for (let at = 0; at < from.size; at += CHUNK) {
        await proc.pread(input, a, at);
        await proc.pread(fd, b, at);
        const length = Math.min(CHUNK, from.size - at);
        for (let i = 0; i < length; i++) if (a[i] !== b[i]) return false;
        const pause = proc.yield();
        if (pause) await pause;
      }
      return true;
    } catch (error) {
      if (!isSysError(error)) throw error;
      return false;
    } finally {
      await proc.close(fd);
    }
  }

  async #attributes(path: string): Promise<void> {
    const { mode } = await this.#proc.stat(path);
    if (this.#owner !== -1 || this.#group !== -1) await this.#proc.chown(path, this.#owner, this.#group);
    // Symbolic modes start from nothing, and the umask plays no part.
    await this.#proc.chmod(path, applyMode(this.#mode, isDirectory(mode) ? mode & ~0o7777 : 0, 0));
  }
}
