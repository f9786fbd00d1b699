import { isDirectory, isSymlink, isSysError, type Stat, W_OK } from "@agentos/kernel/abi";
import {
  defineProgram,
  errorText,
  type Proc,
  quoteName,
  stdout,
  UsageError,
  warn,
} from "@agentos/kernel/program";
import { invalidChoice } from "../shared/choice.ts";
import { confirm } from "../shared/confirm.ts";
import { Descent } from "../shared/descent.ts";
import { fileTypeName } from "../shared/mode-string.ts";
import { baseName } from "../shared/path-names.ts";
import { join } from "../shared/paths.ts";

type Interactive = "never" | "always" | "once" | "when-protected";

export default defineProgram({
  name: "rm",
  summary: "remove files or directories",
  usage: "[OPTION]... [FILE]...",
  options: {
    force: { short: "f", long: "force", help: "ignore nonexistent files and arguments, never prompt" },
    prompt: { short: "i", help: "prompt before every removal" },
    promptOnce: { short: "I", help: "prompt once before removing more than three files, or when recursive" },
    interactive: {
      long: "interactive",
      value: "WHEN",
      optional: true,
      help: "prompt according to WHEN: never, once (-I), or always (-i)",
    },
    oneFileSystem: {
      long: "one-file-system",
      help: "when recursive, skip directories on other file systems",
    },
    noPreserveRoot: { long: "no-preserve-root", help: "do not treat '/' specially" },
    preserveRoot: { long: "preserve-root", help: "do not remove '/' (default)" },
    recursive: { short: "rR", long: "recursive", help: "remove directories and their contents recursively" },
    dir: { short: "d", long: "dir", help: "remove empty directories" },
    verbose: { short: "v", long: "verbose", help: "explain what is being done" },
  },
  async run(proc, { options, operands, order }) {
    const interactive = whenToPrompt(proc, order);
    if (operands.length === 0) {
      if (options.force) return 0;
      throw new UsageError("missing operand");
    }
    if (interactive === "once" && (options.recursive || operands.length > 3)) {
      const what = options.recursive ? " recursively" : "";
      const count = `${operands.length} argument${operands.length === 1 ? "" : "s"}`;
      if (!(await confirm(proc, `rm: remove ${count}${what}? `))) return 0;
    }
    const job: Job = { ...options, proc, descent: new Descent(proc), interactive, failed: false };
    for (const operand of operands) await removeOperand(job, operand);
    return job.failed ? 1 : 0;
  },
});

function whenToPrompt(proc: Proc, order: readonly { name: string; value: string | true }[]): Interactive {
  let when: Interactive = proc.isatty(0) ? "when-protected" : "never";
  for (const { name, value } of order) {
    if (name === "force") when = "never";
    else if (name === "prompt") when = "always";
    else if (name === "promptOnce") when = "once";
    else if (name === "interactive") when = interactiveWord(proc, value);
  }
  return when;
}

function interactiveWord(proc: Proc, value: string | true): Interactive {
  if (value === true || value === "always" || value === "yes") return "always";
  if (value === "once") return "once";
  if (value === "never" || value === "no" || value === "none") return "never";
  throw invalidChoice(proc, value, "--interactive", [["never", "no", "none"], ["once"], ["always", "yes"]]);
}

interface Job {
  proc: Proc;
  descent: Descent;
  interactive: Interactive;
  force: boolean;
  recursive: boolean;
  dir: boolean;
  verbose: boolean;
  oneFileSystem: boolean;
  noPreserveRoot: boolean;
  failed: boolean;
}

async function removeOperand(job: Job, path: string): Promise<void> {
  const name = baseName(path);
  if (job.recursive && (name === "." || name === "..")) {
    return failed(job, `refusing to remove '.' or '..' directory: skipping ${quoteName(path)}`);
  }
  if (job.recursive && !job.noPreserveRoot && name === "/") {
    await failed(job, "it is dangerous to operate recursively on '/'");
    return failed(job, "use --no-preserve-root to override this failsafe");
  }
  await remove(job, path);
}

async function failed(job: Job, message: string): Promise<void> {
  job.failed = true;
  await warn(job.proc, message);
}

/** Removes one path and what is below it; answers whether nothing failed. What the user keeps is no failure. */
async function remove(job: Job, path: string, device?: number, known?: Stat): Promise<boolean> {
  const { proc } = job;
  const pause = proc.yield();
  if (pause) await pause;
  try {
    const stat = known ?? (await proc.lstat(job.descent.name(path)));
    if (isDirectory(stat.mode)) return await removeDirectory(job, path, stat, device);
    if (!(await mayRemove(job, path, stat))) return true;
    await proc.unlink(job.descent.name(path));
  } catch (error) {
    if (job.force && (isSysError(error, "ENOENT") || isSysError(error, "ENOTDIR"))) return true;
    await failed(job, `cannot remove ${quoteName(path)}: ${errorText(error)}`);
    return false;
  }
  if (job.verbose) await stdout(proc).write(`removed ${quoteName(path)}\n`);
  return true;
}

async function removeDirectory(job: Job, path: string, stat: Stat, device = stat.dev): Promise<boolean> {
  const { proc } = job;
  const name = quoteName(path);
  if (!job.recursive && !job.dir) {
    await failed(job, `cannot remove ${name}: Is a directory`);
    return false;
  }
  if (job.recursive) {
    if (job.oneFileSystem && stat.dev !== device) {
      await failed(job, `skipping ${name}, since it's on a different device`);
      return false;
    }
    const entries = await proc.readdirStat(job.descent.name(path));
    if (entries.length > 0) {
      if (job.interactive === "always" && !(await confirm(proc, `rm: descend into directory ${name}? `)))
        return true;
      if (!(await removeEntries(job, path, entries, device))) return false;
    }
  }
  if (job.interactive === "always" && !(await confirm(proc, `rm: remove directory ${name}? `))) return true;
  await proc.rmdir(job.descent.name(path));
  if (job.verbose) await stdout(proc).write(`removed directory ${name}\n`);
  return true;
}

async function removeEntries(
  job: Job,
  path: string,
  entries: readonly { name: string; stat: Stat }[],
  device: number,
): Promise<boolean> {
  const { descent } = job;
  const far = descent.isFar(path);
  if (far) await descent.enter(path);
  let complete = true;
  for (const entry of entries)
    if (!(await remove(job, join(path, entry.name), device, entry.stat))) complete = false;
  if (far) await descent.leave();
  return complete;
}

async function mayRemove(job: Job, path: string, stat: Stat): Promise<boolean> {
  const { proc, interactive } = job;
  if (interactive === "never" || interactive === "once") return true;
  const writable = isSymlink(stat.mode) || (await proc.access(job.descent.name(path), W_OK));
  if (interactive === "when-protected" && writable) return true;
  const adjective = writable ? "" : "write-protected ";
  const kind = fileTypeName(stat.mode, stat.size);
  return confirm(proc, `rm: remove ${adjective}${kind} ${quoteName(path)}? `);
}
