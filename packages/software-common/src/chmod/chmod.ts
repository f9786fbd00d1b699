import { isDirectory, isSymlink, type Stat } from "@agentos/kernel/abi";
import {
  defineProgram,
  errorText,
  type Proc,
  quoteName,
  stdout,
  UsageError,
  warn,
} from "@agentos/kernel/program";
import { Descent } from "../shared/descent.ts";
import { applyMode, type ModeChange, parseMode } from "../shared/file-mode.ts";
import { modeString } from "../shared/mode-string.ts";
import { join } from "../shared/paths.ts";
import { quote } from "../shared/quote.ts";

/** A mode such as -w or -rwx, which looks like options. */
const MODE_OPTION = /^-[rwxXstugoa,=+-]+$/;

export default defineProgram({
  name: "chmod",
  summary: "change file mode bits",
  usage: "[OPTION]... MODE[,MODE]... FILE...",
  options: {
    changes: { short: "c", long: "changes", help: "like verbose but report only when a change is made" },
    silent: { short: "f", long: ["silent", "quiet"], help: "suppress most error messages" },
    verbose: { short: "v", long: "verbose", help: "output a diagnostic for every file processed" },
    recursive: { short: "R", long: "recursive", help: "change files and directories recursively" },
    noPreserveRoot: { long: "no-preserve-root", help: "do not treat '/' specially (the default)" },
    preserveRoot: { long: "preserve-root", help: "fail to operate recursively on '/'" },
    reference: { long: "reference", value: "RFILE", help: "use RFILE's mode instead of MODE values" },
    modeLetters: {
      short: "rwxXstugoa,=+",
      repeat: true,
      help: "a mode that removes permissions, such as -w",
    },
  },
  async run(proc, { options, operands }) {
    const removing = proc.argv.slice(1).filter((word) => MODE_OPTION.test(word));
    let change: ModeChange | undefined;
    if (options.reference !== undefined) {
      const reference = quoteName(options.reference);
      try {
        change = { octal: (await proc.stat(options.reference)).mode & 0o7777, digits: 5 };
      } catch (error) {
        await warn(proc, `failed to get attributes of ${reference}: ${errorText(error)}`);
        return 1;
      }
    } else {
      const text = removing.length > 0 ? removing.join(",") : operands.shift();
      if (text === undefined) throw new UsageError("missing operand");
      change = parseMode(text);
      if (change === undefined) throw new UsageError(`invalid mode: ${quote(proc, text)}`);
      if (operands.length === 0) throw new UsageError(`missing operand after ${quote(proc, text)}`);
    }
    const changer = new ModeChanger({ proc, change, removing: removing.length > 0, ...options });
    for (const operand of operands) await changer.change(operand);
    return changer.failed ? 1 : 0;
  },
});

interface Job {
  proc: Proc;
  change: ModeChange;
  removing: boolean;
  changes: boolean;
  verbose: boolean;
  silent: boolean;
  recursive: boolean;
}

class ModeChanger {
  readonly #job: Job;
  readonly #descent: Descent;
  failed = false;

  constructor(job: Job) {
    this.#job = job;
    this.#descent = new Descent(job.proc);
  }

  /** @param known the lstat of an entry met on the way down: links among them are left alone */
  async change(path: string, known?: Stat): Promise<void> {
    const { proc, change, recursive, removing } = this.#job;
    const pause = proc.yield();
    if (pause) await pause;
    const stat = known ?? (await this.#named(path));
    if (!stat || isSymlink(stat.mode)) return;
    const mode = applyMode(change, stat.mode, proc.umask());
    const done = await this.#attempt(path, "changing permissions of", async () => {
      await proc.chmod(this.#descent.name(path), mode);
      return true;
    });
    if (done) {
      await report(this.#job, path, stat.mode & 0o7777, mode);
      if (removing) await this.#checkRemoved(path, stat.mode, mode);
    }
    if (!recursive || !isDirectory(stat.mode)) return;
    const entries = await this.#attempt(path, "cannot read directory", () =>
      proc.readdirStat(this.#descent.name(path)),
    );
    if (!entries || entries.length === 0) return;
    const far = this.#descent.isFar(path);
    const enter = async () => {
      await this.#descent.enter(path);
      return true;
    };
    if (far && !(await this.#attempt(path, "cannot read directory", enter))) return;
    for (const { name, stat } of entries) await this.change(join(path, name), stat);
    if (far) await this.#descent.leave();
  }

  async #named(path: string): Promise<Stat | undefined> {
    const { proc } = this.#job;
    const link = await this.#attempt(path, "cannot access", () => proc.lstat(path));
    if (!link || !isSymlink(link.mode)) return link;
    const stat = await proc.statIfExists(path);
    if (stat) return stat;
    await this.#failed(path, `cannot operate on dangling symlink ${quoteName(path)}`);
    return undefined;
  }

  async #attempt<T>(path: string, failure: string, act: () => Promise<T> | T): Promise<T | undefined> {
    try {
      return await act();
    } catch (error) {
      await this.#failed(path, `${failure} ${quoteName(path)}: ${errorText(error)}`);
      return undefined;
    }
  }

  async #failed(path: string, message: string): Promise<void> {
    const { proc, silent, verbose } = this.#job;
    this.failed = true;
    if (!silent) await warn(proc, message);
    if (verbose) await stdout(proc).write(`${quoteName(path)} could not be accessed\n`);
  }

  /** POSIX: "-w" must not seem to succeed if the umask kept a bit that it names. */
  async #checkRemoved(path: string, before: number, after: number): Promise<void> {
    const { proc, change } = this.#job;
    const naive = applyMode(change, before, 0);
    if ((after & ~naive) === 0) return;
    const show = (mode: number) => modeString(mode).slice(1);
    await warn(proc, `${path}: new permissions are ${show(after)}, not ${show(naive)}`);
    this.failed = true;
  }
}

async function report(
  { proc, changes, verbose }: Job,
  path: string,
  before: number,
  after: number,
): Promise<void> {
  const changed = before !== after;
  if (!verbose && !(changes && changed)) return;
  const show = (mode: number) => `${mode.toString(8).padStart(4, "0")} (${modeString(mode).slice(1)})`;
  const name = quoteName(path);
  await stdout(proc).write(
    changed
      ? `mode of ${name} changed from ${show(before)} to ${show(after)}\n`
      : `mode of ${name} retained as ${show(after)}\n`,
  );
}
