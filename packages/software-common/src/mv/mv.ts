import { isDirectory, isSymlink, isSysError, type Stat, W_OK } from "@agentos/kernel/abi";
import { defineProgram, errorText, type Proc, quoteName, stdout, warn } from "@agentos/kernel/program";
import { Copier, type CopyJob, lstatIfExists } from "../cp/copy.ts";
import { type BackupPolicy, backupName, backupPolicy, existingNames } from "../shared/backup.ts";
import { confirm } from "../shared/confirm.ts";
import { destinations } from "../shared/destination.ts";
import { modeString } from "../shared/mode-string.ts";
import { join } from "../shared/paths.ts";
import { sameEntry } from "../shared/same-entry.ts";

export default defineProgram({
  name: "mv",
  summary: "move (rename) files",
  usage:
    "[OPTION]... [-T] SOURCE DEST\n  or:  mv [OPTION]... SOURCE... DIRECTORY\n  or:  mv [OPTION]... -t DIRECTORY SOURCE...",
  options: {
    backup: {
      long: "backup",
      value: "CONTROL",
      optional: true,
      help: "make a backup of each existing destination file",
    },
    simpleBackup: { short: "b", help: "like --backup but does not accept an argument" },
    force: { short: "f", long: "force", help: "do not prompt before overwriting" },
    interactive: { short: "i", long: "interactive", help: "prompt before overwrite" },
    noClobber: { short: "n", long: "no-clobber", help: "do not overwrite an existing file" },
    stripSlashes: {
      long: "strip-trailing-slashes",
      help: "remove any trailing slashes from each SOURCE argument",
    },
    suffix: { short: "S", long: "suffix", value: "SUFFIX", help: "override the usual backup suffix" },
    targetDirectory: {
      short: "t",
      long: "target-directory",
      value: "DIRECTORY",
      help: "move all SOURCE arguments into DIRECTORY",
    },
    noTargetDirectory: { short: "T", long: "no-target-directory", help: "treat DEST as a normal file" },
    update: {
      short: "u",
      long: "update",
      help: "move only when the SOURCE file is newer than the destination file or when it is missing",
    },
    verbose: { short: "v", long: "verbose", help: "explain what is being done" },
  },
  async run(proc, { options, operands, order }) {
    const sources = options.stripSlashes ? operands.map((one) => one.replace(/(.)\/+$/, "$1")) : operands;
    const pairs = await destinations(proc, sources, options);
    if (typeof pairs === "string") {
      await warn(proc, pairs);
      return 1;
    }
    const last = order.findLast(
      ({ name }) => name === "force" || name === "interactive" || name === "noClobber",
    )?.name;
    const job: Job = {
      proc,
      overwrite: last === "force" || last === "interactive" || last === "noClobber" ? last : "ask-protected",
      update: options.update,
      verbose: options.verbose,
      backup: backupPolicy(proc, options),
    };
    let status = 0;
    for (const [source, target] of pairs) if (!(await move(job, source, target))) status = 1;
    return status;
  },
});

interface Job {
  proc: Proc;
  overwrite: "force" | "interactive" | "noClobber" | "ask-protected";
  update: boolean;
  verbose: boolean;
  backup: BackupPolicy;
}

async function move(job: Job, source: string, target: string): Promise<boolean> {
  const { proc } = job;
  const fail = async (message: string) => {
    await warn(proc, message);
    return false;
  };
  let stat: Stat;
  try {
    stat = await proc.lstat(source);
  } catch (error) {
    return fail(`cannot stat ${quoteName(source)}: ${errorText(error)}`);
  }
  let existing: Stat | undefined;
  try {
    existing = await lstatIfExists(proc, target);
  } catch (error) {
    return fail(`cannot stat ${quoteName(target)}: ${errorText(error)}`);
  }
  try {
    let backup: string | undefined;
    if (existing) {
      const verdict = await replaceable(job, source, target, stat, existing);
      if (typeof verdict === "string") return await fail(verdict);
      if (!verdict) return true;
      if (job.backup.kind !== "none") {
        backup = backupName(job.backup, target, await existingNames(proc, target));
        await proc.rename(target, backup);
      }
    }
    await proc.rename(source, target);
    if (job.verbose) {
      const note = backup === undefined ? "" : ` (backup: ${quoteName(backup)})`;
      await stdout(proc).write(`renamed ${quoteName(source)} -> ${quoteName(target)}${note}\n`);
    }
    return true;
  } catch (error) {
    if (isSysError(error, "EXDEV")) return moveAcross(job, source, target);
    if (isSysError(error, "EINVAL")) {
      return fail(`cannot move ${quoteName(source)} to a subdirectory of itself, ${quoteName(target)}`);
    }
    return fail(`cannot move ${quoteName(source)} to ${quoteName(target)}: ${errorText(error)}`);
  }
}

/** Whether to go on; a message if the kinds of file forbid it. */
async function replaceable(
  job: Job,
  source: string,
  target: string,
  from: Stat,
  to: Stat,
): Promise<boolean | string> {
  const { proc, overwrite } = job;
  if (await sameFile(proc, source, target, from, to)) {
    return `${quoteName(source)} and ${quoteName(target)} are the same file`;
  }
  if (isDirectory(to.mode) && !isDirectory(from.mode)) {
    return `cannot overwrite directory ${quoteName(target)} with non-directory`;
  }
  if (isDirectory(from.mode) && !isDirectory(to.mode)) {
    return `cannot overwrite non-directory ${quoteName(target)} with directory ${quoteName(source)}`;
  }
  if (overwrite === "noClobber") return false;
  if (job.update && to.mtimeNs >= from.mtimeNs) return false;
  if (overwrite === "interactive") return confirm(proc, `mv: overwrite ${quoteName(target)}? `);
  const protectedFile = !isSymlink(to.mode) && !(await proc.access(target, W_OK));
  if (overwrite === "ask-protected" && protectedFile && proc.isatty(0)) {
    const mode = `${(to.mode & 0o7777).toString(8).padStart(4, "0")} (${modeString(to.mode).slice(1)})`;
    return confirm(proc, `mv: replace ${quoteName(target)}, overriding mode ${mode}? `);
  }
  return true;
}

/** Two names of one file, or a link onto the file it leads to: rename(2) would do nothing, or lose the file. */
async function sameFile(proc: Proc, source: string, target: string, from: Stat, to: Stat): Promise<boolean> {
  if (from.dev === to.dev && from.ino === to.ino) return from.nlink > 1 || sameEntry(proc, source, target);
  if (!isSymlink(from.mode) || isSymlink(to.mode)) return false;
  const led = await proc.statIfExists(source);
  return led !== undefined && led.dev === to.dev && led.ino === to.ino;
}

async function moveAcross(job: Job, source: string, target: string): Promise<boolean> {
  const { proc } = job;
  const copy: CopyJob = {
    proc,
    follow: "none",
    recursive: true,
    force: true,
    interactive: false,
    noClobber: false,
    removeDestination: true,
    update: false,
    verbose: job.verbose,
    attributesOnly: false,
    hardLink: false,
    symbolicLink: false,
    oneFileSystem: false,
    preserve: { mode: true, ownership: true, timestamps: true, links: true },
    defaultMode: false,
    backup: { kind: "none", suffix: "~" },
    verb: "mv",
  };
  if (!(await new Copier(copy).copy(source, target))) return false;
  return removeTree(job, source);
}

async function removeTree(job: Job, path: string): Promise<boolean> {
  const { proc } = job;
  try {
    const directory = isDirectory((await proc.lstat(path)).mode);
    if (directory) {
      for (const { name } of await proc.readdir(path))
        if (!(await removeTree(job, join(path, name)))) return false;
      await proc.rmdir(path);
    } else await proc.unlink(path);
    if (job.verbose) await stdout(proc).write(`removed ${directory ? "directory " : ""}${quoteName(path)}\n`);
    return true;
  } catch (error) {
    await warn(proc, `cannot remove ${quoteName(path)}: ${errorText(error)}`);
    return false;
  }
}
