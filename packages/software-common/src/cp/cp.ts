import { isDirectory } from "@agentos/kernel/abi";
import {
  defineProgram,
  type OptionValues,
  type Proc,
  quoteName,
  stdout,
  UsageError,
  warn,
} from "@agentos/kernel/program";
import { backupName, backupPolicy, existingNames } from "../shared/backup.ts";
import { invalidChoice } from "../shared/choice.ts";
import { destinations } from "../shared/destination.ts";
import { directoryName } from "../shared/path-names.ts";
import { Copier, type CopyJob } from "./copy.ts";

const options = {
  archive: { short: "a", long: "archive", help: "same as -dR --preserve=all" },
  attributesOnly: { long: "attributes-only", help: "don't copy the file data, just the attributes" },
  backup: {
    long: "backup",
    value: "CONTROL",
    optional: true,
    help: "make a backup of each existing destination file",
  },
  simpleBackup: { short: "b", help: "like --backup but does not accept an argument" },
  copyContents: { long: "copy-contents", help: "copy contents of special files when recursive" },
  noDereferenceLinks: { short: "d", help: "same as --no-dereference --preserve=links" },
  force: {
    short: "f",
    long: "force",
    help: "if an existing destination file cannot be opened, remove it and try again",
  },
  interactive: { short: "i", long: "interactive", help: "prompt before overwrite" },
  followOperands: { short: "H", help: "follow command-line symbolic links in SOURCE" },
  link: { short: "l", long: "link", help: "hard link files instead of copying" },
  dereference: { short: "L", long: "dereference", help: "always follow symbolic links in SOURCE" },
  noClobber: { short: "n", long: "no-clobber", help: "do not overwrite an existing file" },
  noDereference: { short: "P", long: "no-dereference", help: "never follow symbolic links in SOURCE" },
  preserveDefault: { short: "p", help: "same as --preserve=mode,ownership,timestamps" },
  preserve: {
    long: "preserve",
    value: "ATTR_LIST",
    optional: true,
    help: "preserve the specified attributes",
  },
  noPreserve: { long: "no-preserve", value: "ATTR_LIST", help: "don't preserve the specified attributes" },
  parents: { long: "parents", help: "use full source file name under DIRECTORY" },
  recursive: { short: "rR", long: "recursive", help: "copy directories recursively" },
  reflink: { long: "reflink", value: "WHEN", optional: true, help: "control clone/CoW copies" },
  removeDestination: {
    long: "remove-destination",
    help: "remove each existing destination file before attempting to open it",
  },
  sparse: { long: "sparse", value: "WHEN", help: "control creation of sparse files" },
  stripSlashes: {
    long: "strip-trailing-slashes",
    help: "remove any trailing slashes from each SOURCE argument",
  },
  symbolicLink: { short: "s", long: "symbolic-link", help: "make symbolic links instead of copying" },
  suffix: { short: "S", long: "suffix", value: "SUFFIX", help: "override the usual backup suffix" },
  targetDirectory: {
    short: "t",
    long: "target-directory",
    value: "DIRECTORY",
    help: "copy all SOURCE arguments into DIRECTORY",
  },
  noTargetDirectory: { short: "T", long: "no-target-directory", help: "treat DEST as a normal file" },
  update: {
    short: "u",
    long: "update",
    help: "copy only when the SOURCE file is newer than the destination file or when it is missing",
  },
  verbose: { short: "v", long: "verbose", help: "explain what is being done" },
  oneFileSystem: { short: "x", long: "one-file-system", help: "stay on this file system" },
} as const;

type Options = OptionValues<typeof options>;
type Order = readonly { name: string; value: string | true }[];

export default defineProgram({
  name: "cp",
  summary: "copy files and directories",
  usage:
    "[OPTION]... [-T] SOURCE DEST\n  or:  cp [OPTION]... SOURCE... DIRECTORY\n  or:  cp [OPTION]... -t DIRECTORY SOURCE...",
  options,
  async run(proc, { options, operands, order }) {
    const job = jobOf(proc, options, order);
    const sources = options.stripSlashes ? operands.map((one) => one.replace(/(.)\/+$/, "$1")) : operands;
    const pairs = await destinations(proc, sources, options);
    if (typeof pairs === "string") {
      await warn(proc, pairs);
      return 1;
    }
    if (options.parents) {
      const last = options.targetDirectory ?? operands.at(-1)!;
      const stat = await proc.statIfExists(last);
      if (!stat || !isDirectory(stat.mode)) {
        throw new UsageError(`with --parents, the destination must be a directory`);
      }
    }
    if (job.force && job.backup.kind !== "none" && pairs.length === 1 && pairs[0]![0] === pairs[0]![1]) {
      return backUp(job, pairs[0]![0]);
    }
    return copyAll(job, pairs, options.parents);
  },
});

async function copyAll(job: CopyJob, pairs: readonly [string, string][], parents: boolean): Promise<number> {
  const { proc } = job;
  const copier = new Copier(job);
  const sources = new Set<string>();
  const targets = new Set<string>();
  for (const [source, target] of pairs) {
    const tree = await isTree(proc, source);
    if (sources.has(source) && job.backup.kind === "none") {
      const kind = tree ? "directory" : "file";
      await warn(proc, `warning: source ${kind} ${quoteName(source)} specified more than once`);
    } else if (targets.has(target) && job.backup.kind === "none" && !tree) {
      await warn(proc, `will not overwrite just-created ${quoteName(target)} with ${quoteName(source)}`);
      copier.failed = true;
    } else {
      if (parents) await makeParents(job, directoryName(source), directoryName(target));
      await copier.copy(source, target);
    }
    sources.add(source);
    targets.add(target);
  }
  return copier.failed ? 1 : 0;
}

/** cp -f --backup FILE FILE: only a backup is made. */
async function backUp(job: CopyJob, path: string): Promise<number> {
  const target = backupName(job.backup, path, await existingNames(job.proc, path));
  const copier = new Copier({ ...job, backup: { ...job.backup, kind: "none" } });
  await copier.copy(path, target);
  return copier.failed ? 1 : 0;
}

async function isTree(proc: Proc, path: string): Promise<boolean> {
  const stat = await proc.statIfExists(path);
  return stat !== undefined && isDirectory(stat.mode);
}

async function makeParents(job: CopyJob, source: string, target: string): Promise<void> {
  const { proc } = job;
  if (source === "." || source === "/" || (await proc.statIfExists(target))) return;
  await makeParents(job, directoryName(source), directoryName(target));
  await proc.mkdir(target, 0o777);
  if (job.verbose) await stdout(proc).write(`${source} -> ${target}\n`);
}

function jobOf(proc: Proc, options: Options, order: Order): CopyJob {
  const { preserve, defaultMode } = preserved(proc, options, order);
  const overwrite = order.findLast(({ name }) => name === "interactive" || name === "noClobber")?.name;
  return {
    proc,
    follow: followed(options, order),
    recursive: options.recursive || options.archive,
    force: options.force,
    interactive: overwrite === "interactive",
    noClobber: overwrite === "noClobber",
    removeDestination: options.removeDestination,
    update: options.update,
    verbose: options.verbose,
    attributesOnly: options.attributesOnly,
    hardLink: options.link,
    symbolicLink: options.symbolicLink,
    oneFileSystem: options.oneFileSystem,
    preserve,
    defaultMode,
    backup: backupPolicy(proc, options),
    verb: "cp",
  };
}

function followed(options: Options, order: Order): CopyJob["follow"] {
  let follow: CopyJob["follow"] = options.recursive && !options.link ? "none" : "all";
  for (const { name } of order) {
    if (name === "archive" || name === "noDereferenceLinks" || name === "noDereference") follow = "none";
    else if (name === "dereference") follow = "all";
    else if (name === "followOperands") follow = "operands";
  }
  return follow;
}

const ATTRIBUTES = ["mode", "timestamps", "ownership", "links"] as const;
const IGNORED_ATTRIBUTES = ["context", "xattr"];

function preserved(proc: Proc, options: Options, order: Order): Pick<CopyJob, "preserve" | "defaultMode"> {
  const preserve = { mode: false, ownership: false, timestamps: false, links: options.noDereferenceLinks };
  let defaultMode = false;
  const set = (list: string, on: boolean, option: string) => {
    for (const attribute of list.split(",")) {
      if (attribute === "all") for (const one of ATTRIBUTES) preserve[one] = on;
      else if ((ATTRIBUTES as readonly string[]).includes(attribute)) preserve[attribute as "mode"] = on;
      else if (!IGNORED_ATTRIBUTES.includes(attribute)) {
        throw invalidChoice(
          proc,
          attribute,
          `--${option}`,
          [...ATTRIBUTES, ...IGNORED_ATTRIBUTES, "all"].map((one) => [one]),
        );
      }
      if (attribute === "mode" || attribute === "all") defaultMode = !on;
    }
  };
  for (const { name, value } of order) {
    if (name === "archive") set("all", true, "preserve");
    else if (name === "preserveDefault") set("mode,ownership,timestamps", true, "preserve");
    else if (name === "preserve") set(value === true ? "mode,ownership,timestamps" : value, true, "preserve");
    else if (name === "noPreserve") set(value as string, false, "no-preserve");
  }
  return { preserve, defaultMode };
}
