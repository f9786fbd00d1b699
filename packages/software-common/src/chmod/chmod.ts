import { isSymlink } from "@agentos/kernel/abi";
import { defineProgram, type Proc, quoteName, stdout, UsageError, warn } from "@agentos/kernel/program";
import { applyMode, type ModeChange, parseMode } from "../shared/file-mode.ts";
import { modeString } from "../shared/mode-string.ts";
import { forEachOperand } from "../shared/operands.ts";
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
      change = { octal: (await proc.stat(options.reference)).mode & 0o7777, digits: 5 };
    } else {
      const text = removing.length > 0 ? removing.join(",") : operands.shift();
      if (text === undefined) throw new UsageError("missing operand");
      change = parseMode(text);
      if (change === undefined) throw new UsageError(`invalid mode: ${quote(proc, text)}`);
      if (operands.length === 0) throw new UsageError(`missing operand after ${quote(proc, text)}`);
    }
    const job: Job = { proc, change, removing: removing.length > 0, ...options };
    return forEachOperand(
      proc,
      operands,
      (path) => `cannot access ${quoteName(path)}`,
      async (path) => {
        await proc.stat(path);
        await changeMode(job, path, true);
      },
    ).then((status) => status || (job.failed ? 1 : 0));
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
  failed?: boolean;
}

async function changeMode(job: Job, path: string, named: boolean): Promise<void> {
  const { proc } = job;
  const stat = await (named ? proc.stat(path) : proc.lstat(path));
  if (isSymlink(stat.mode)) return;
  const mode = applyMode(job.change, stat.mode, proc.umask());
  const failures = await forEachOperand(
    proc,
    [path],
    (one) => `changing permissions of ${quoteName(one)}`,
    (one) => proc.chmod(one, mode),
  );
  if (failures) job.failed = true;
  else {
    await report(job, path, stat.mode & 0o7777, mode);
    if (job.removing) await checkRemoved(job, path, stat.mode, mode);
  }
  if (!job.recursive || (stat.mode & 0o170000) !== 0o040000) return;
  const status = await forEachOperand(
    proc,
    [path],
    (one) => `cannot read directory ${quoteName(one)}`,
    async (one) => {
      for (const { name } of await proc.readdir(one)) await changeMode(job, join(one, name), false);
    },
  );
  if (status) job.failed = true;
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

/** POSIX: "-w" must not be mistaken for success when the umask kept a bit that it names. */
async function checkRemoved(job: Job, path: string, before: number, after: number): Promise<void> {
  const naive = applyMode(job.change, before, 0);
  if ((after & ~naive) === 0) return;
  const show = (mode: number) => modeString(mode).slice(1);
  await warn(job.proc, `${path}: new permissions are ${show(after)}, not ${show(naive)}`);
  job.failed = true;
}
