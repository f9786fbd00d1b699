import { isDirectory, isSymlink, isSysError } from "@agentos/kernel/abi";
import {
  defineProgram,
  errorText,
  type Proc,
  quoteName,
  stdout,
  UsageError,
  warn,
} from "@agentos/kernel/program";
import { type BackupPolicy, backupName, backupPolicy, existingNames } from "../shared/backup.ts";
import { confirm } from "../shared/confirm.ts";
import { baseName, directoryName } from "../shared/path-names.ts";
import { join } from "../shared/paths.ts";
import { relativePath } from "../shared/relative-path.ts";
import { sameEntry } from "../shared/same-entry.ts";

export default defineProgram({
  name: "ln",
  summary: "make links between files",
  usage:
    "[OPTION]... [-T] TARGET LINK_NAME\n  or:  ln [OPTION]... TARGET\n  or:  ln [OPTION]... TARGET... DIRECTORY\n  or:  ln [OPTION]... -t DIRECTORY TARGET...",
  options: {
    backup: {
      long: "backup",
      value: "CONTROL",
      optional: true,
      help: "make a backup of each existing destination file",
    },
    simpleBackup: { short: "b", help: "like --backup but does not accept an argument" },
    directory: {
      short: "dF",
      long: "directory",
      help: "allow the superuser to attempt to hard link directories",
    },
    force: { short: "f", long: "force", help: "remove existing destination files" },
    interactive: { short: "i", long: "interactive", help: "prompt whether to remove destinations" },
    logical: { short: "L", long: "logical", help: "dereference TARGETs that are symbolic links" },
    noDereference: {
      short: "n",
      long: "no-dereference",
      help: "treat LINK_NAME as a normal file if it is a symbolic link to a directory",
    },
    physical: { short: "P", long: "physical", help: "make hard links directly to symbolic links" },
    relative: { short: "r", long: "relative", help: "with -s, create links relative to link location" },
    symbolic: { short: "s", long: "symbolic", help: "make symbolic links instead of hard links" },
    suffix: { short: "S", long: "suffix", value: "SUFFIX", help: "override the usual backup suffix" },
    targetDirectory: {
      short: "t",
      long: "target-directory",
      value: "DIRECTORY",
      help: "specify the DIRECTORY in which to create the links",
    },
    noTargetDirectory: {
      short: "T",
      long: "no-target-directory",
      help: "treat LINK_NAME as a normal file always",
    },
    verbose: { short: "v", long: "verbose", help: "print name of each linked file" },
  },
  async run(proc, { options, operands }) {
    if (operands.length === 0) throw new UsageError("missing file operand");
    if (options.relative && !options.symbolic) {
      await warn(proc, "cannot do --relative without --symbolic");
      return 1;
    }
    const job: Job = { ...options, proc, policy: backupPolicy(proc, options) };
    if (options.noTargetDirectory && operands.length !== 2) {
      throw new UsageError(
        operands.length > 2
          ? `extra operand ${quoteName(operands[2]!)}`
          : `missing destination file operand after ${quoteName(operands[0]!)}`,
      );
    }
    const pairs = await linkPairs(job, operands, options.targetDirectory);
    if (typeof pairs === "string") {
      await warn(proc, pairs);
      return 1;
    }
    let status = 0;
    for (const [target, link] of pairs) if (!(await makeLink(job, target, link))) status = 1;
    return status;
  },
});

interface Job {
  proc: Proc;
  policy: BackupPolicy;
  force: boolean;
  interactive: boolean;
  logical: boolean;
  noDereference: boolean;
  noTargetDirectory: boolean;
  relative: boolean;
  symbolic: boolean;
  verbose: boolean;
}

async function linkPairs(
  job: Job,
  operands: string[],
  directory?: string,
): Promise<[string, string][] | string> {
  const into = (dir: string, targets: string[]) =>
    targets.map((one): [string, string] => [one, join(dir, baseName(one))]);
  if (directory !== undefined) return into(directory, operands);
  if (operands.length === 1) return into(".", operands);
  const last = operands.at(-1)!;
  if (job.noTargetDirectory) return [[operands[0]!, last]];
  const stat = await job.proc.statIfExists(last);
  const link = job.noDereference && isSymlink((await lstatMode(job.proc, last)) ?? 0);
  if (stat && isDirectory(stat.mode) && !link) return into(last, operands.slice(0, -1));
  if (operands.length > 2)
    return `target ${quoteName(last)}: ${stat ? "Not a directory" : "No such file or directory"}`;
  return [[operands[0]!, last]];
}

async function lstatMode(proc: Proc, path: string): Promise<number | undefined> {
  try {
    return (await proc.lstat(path)).mode;
  } catch (error) {
    if (isSysError(error)) return undefined;
    throw error;
  }
}

async function makeLink(job: Job, target: string, link: string): Promise<boolean> {
  const { proc } = job;
  try {
    if (!job.symbolic && isDirectory((await (job.logical ? proc.stat(target) : proc.lstat(target))).mode)) {
      await warn(proc, `${target}: hard link not allowed for directory`);
      return false;
    }
  } catch (error) {
    await warn(proc, `failed to access ${quoteName(target)}: ${errorText(error)}`);
    return false;
  }
  try {
    const backup = await clearDestination(job, target, link);
    if (backup === false) return true;
    if (backup === SAME_FILE) {
      await warn(proc, `${quoteName(target)} and ${quoteName(link)} are the same file`);
      return false;
    }
    const text =
      job.symbolic && job.relative
        ? relativePath(await resolved(proc, directoryName(link)), await resolved(proc, target))
        : target;
    if (job.symbolic) await proc.symlink(text, link);
    else await proc.link(target, link, job.logical);
    if (job.verbose) {
      const arrow = job.symbolic ? "->" : "=>";
      const note = backup ? ` (backup: ${quoteName(backup)})` : "";
      await stdout(proc).write(`${quoteName(link)} ${arrow} ${quoteName(text)}${note}\n`);
    }
    return true;
  } catch (error) {
    const kind = job.symbolic ? "symbolic" : "hard";
    const shown = !isSysError(error, "EEXIST") && (!job.symbolic || target === "");
    const source = shown ? ` ${job.symbolic ? "->" : "=>"} ${quoteName(target)}` : "";
    await warn(proc, `failed to create ${kind} link ${quoteName(link)}${source}: ${errorText(error)}`);
    return false;
  }
}

const resolved = async (proc: Proc, path: string): Promise<string> => {
  try {
    return await proc.realpath(path);
  } catch (error) {
    if (!isSysError(error)) throw error;
    return join(await resolved(proc, directoryName(path)), baseName(path));
  }
};

const SAME_FILE = Symbol();

/** Makes way for the link: false if the user refused, else the backup's name if one was made. */
async function clearDestination(
  job: Job,
  target: string,
  link: string,
): Promise<string | undefined | false | typeof SAME_FILE> {
  const { proc } = job;
  const mode = await lstatMode(proc, link);
  if (mode === undefined) return undefined;
  if ((job.force || job.interactive || job.policy.kind !== "none") && (await sameEntry(proc, target, link))) {
    return SAME_FILE;
  }
  if (job.policy.kind !== "none") {
    const name = backupName(job.policy, link, await existingNames(proc, link));
    await proc.rename(link, name);
    return name;
  }
  if (job.interactive && !(await confirm(proc, `ln: replace ${quoteName(link)}? `))) return false;
  if (!job.force && !job.interactive) return undefined;
  if (!isDirectory(mode)) await proc.unlink(link);
  return undefined;
}
