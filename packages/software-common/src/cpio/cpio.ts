import { isRegular, O_APPEND, O_CREAT, O_RDONLY, O_TRUNC, O_WRONLY, type Stat } from "@agentos/kernel/abi";
import {
  type Arguments,
  defineProgram,
  errorText,
  fail,
  LineReader,
  latin1ToOsString,
  type OptionValues,
  type Proc,
  Reader,
  stderr,
  stdout,
  UsageError,
  Writer,
  warn,
} from "@agentos/kernel/program";
import { compilePattern, type Pattern } from "@agentos/posix";
import { readGroups, readUsers } from "../shared/accounts.ts";
import { join } from "../shared/paths.ts";
import { readTextFile } from "../shared/text-file.ts";
import { ArchiveTaker } from "./copy-in.ts";
import { ArchiveMaker, BLOCK } from "./copy-out.ts";
import { CpioError, type Format } from "./header.ts";
import { Restorer, type Source } from "./restore.ts";

const OPTIONS = {
  create: { short: "o", long: "create", help: "create the archive (run in copy-out mode)" },
  extract: { short: "i", long: "extract", help: "extract files from an archive (run in copy-in mode)" },
  passThrough: { short: "p", long: "pass-through", help: "run in copy-pass mode" },
  list: { short: "t", long: "list", help: "print a table of contents of the input" },
  null: { short: "0", long: "null", help: "names are terminated by a null character instead of a newline" },
  resetAccessTime: {
    short: "a",
    long: "reset-access-time",
    help: "reset the access times of files after reading",
  },
  append: { short: "A", long: "append", help: "append to an existing archive" },
  blocks: { short: "B", help: "set the I/O block size to 5120 bytes" },
  oldFormat: { short: "c", help: "use the old portable (ASCII) archive format" },
  blockSize: { short: "C", long: "io-size", value: "NUMBER", help: "set the I/O block size" },
  makeDirectories: { short: "d", long: "make-directories", help: "create leading directories where needed" },
  directory: { short: "D", long: "directory", value: "DIR", help: "change to directory DIR" },
  patternFile: { short: "E", long: "pattern-file", value: "FILE", help: "read more patterns from FILE" },
  nonmatching: { short: "f", long: "nonmatching", help: "only copy files that do not match the patterns" },
  file: {
    short: "FIO",
    long: "file",
    value: "ARCHIVE",
    help: "use this file instead of standard input or output",
  },
  format: {
    short: "H",
    long: "format",
    value: "FORMAT",
    help: "use the given archive FORMAT: bin, odc, newc, crc",
  },
  link: { short: "l", long: "link", help: "link files instead of copying them, when possible" },
  dereference: { short: "L", long: "dereference", help: "copy the files that symbolic links point to" },
  preserveTime: {
    short: "m",
    long: "preserve-modification-time",
    help: "retain previous modification times",
  },
  numericIds: { short: "n", long: "numeric-uid-gid", help: "list numeric user and group ids" },
  noAbsolute: { long: "no-absolute-filenames", help: "create all files relative to the current directory" },
  absolute: { long: "absolute-filenames", help: "do not strip file system prefixes" },
  noPreserveOwner: { long: "no-preserve-owner", help: "do not change the ownership of the files" },
  owner: { short: "R", long: "owner", value: "[USER][:][GROUP]", help: "set the ownership of all files" },
  quiet: { long: "quiet", help: "do not print the number of blocks copied" },
  toStdout: { long: "to-stdout", help: "extract files to standard output" },
  unconditional: { short: "u", long: "unconditional", help: "replace all files unconditionally" },
  verbose: { short: "v", long: "verbose", help: "list the files processed" },
  dot: { short: "V", long: "dot", help: "print a dot for each file processed" },
} as const;

type Options = OptionValues<typeof OPTIONS>;
type Owner = { uid?: number; gid?: number };

const FORMATS: Readonly<Record<string, Format>> = { newc: "newc", crc: "crc", odc: "odc", bin: "bin" };
const MISUSE = "Try 'cpio --help' or 'cpio --usage' for more information.";

/** cpio: copies files into and out of archives. Source: GNU cpio manual. */
export default defineProgram({
  name: "cpio",
  summary: "Copy files to and from archives.",
  usage: "[OPTION...] [destination-directory]",
  usageStatus: 2,
  usageHint: MISUSE,
  options: OPTIONS,
  async run(proc, given) {
    // -D does not change where the archive is.
    const { file } = given.options;
    const archive = file === undefined || file.startsWith("/") ? file : join(proc.cwd, file);
    const options = { ...given.options, file: archive };
    const args = { ...given, options };
    const modes = [options.create, options.extract || options.list, options.passThrough].filter(
      Boolean,
    ).length;
    if (modes > 1 || (options.create && options.list)) throw new UsageError("Mode already defined");
    if (modes === 0) throw new UsageError("You must specify one of -oipt options.");
    const format = formatOf(options);
    const owner = await ownerOf(proc, options);
    if (typeof owner === "string") return fail(proc, `invalid owner: ${owner}`, 2);
    if (options.directory !== undefined) await proc.chdir(options.directory);
    if (options.create) return copyOut(proc, options, format, owner);
    return options.passThrough ? copyPass(proc, args, owner) : copyIn(proc, args, owner);
  },
});

function formatOf(options: Options): Format {
  if (options.format === undefined) return options.oldFormat ? "odc" : "bin";
  const format = FORMATS[options.format.toLowerCase()];
  if (format) return format;
  throw new UsageError(
    `invalid archive format \`${options.format}'; valid formats are:\ncrc newc odc bin (all-caps also recognized)`,
  );
}

async function ownerOf(proc: Proc, options: Options): Promise<Owner | string> {
  if (options.noPreserveOwner) return { uid: proc.euid, gid: proc.egid };
  if (options.owner === undefined) return {};
  const [user = "", group] = options.owner.split(/[:.]/);
  const known = (await readUsers(proc)).find(({ name }) => name === user);
  const uid = known?.uid ?? (/^\d+$/.test(user) ? Number(user) : undefined);
  if (user !== "" && uid === undefined) return options.owner;
  if (group === undefined) return uid === undefined ? {} : { uid };
  const named = (await readGroups(proc)).find(({ name }) => name === group);
  const gid = group === "" ? known?.gid : (named?.gid ?? (/^\d+$/.test(group) ? Number(group) : undefined));
  if (gid === undefined) return options.owner;
  return uid === undefined ? { gid } : { uid, gid };
}

async function* namesOf(proc: Proc, options: Options): AsyncGenerator<string> {
  const reader = new LineReader(proc, 0, options.null ? 0 : 10);
  for (let names = await reader.next(); names; names = await reader.next()) {
    for (const name of names) {
      if (name !== "") yield latin1ToOsString(name);
      const pause = proc.yield();
      if (pause) await pause;
    }
  }
}

async function tellBlocks(proc: Proc, options: Options, bytes: number): Promise<void> {
  await stdout(proc).flush();
  if (options.dot) await stderr(proc).write("\n");
  if (options.quiet) return;
  const size = options.blocks ? 5120 : Number(options.blockSize ?? BLOCK);
  const blocks = Math.ceil(bytes / (size > 0 ? size : BLOCK));
  await stderr(proc).write(`${blocks} block${blocks === 1 ? "" : "s"}\n`);
}

async function tellName(proc: Proc, options: Options, name: string): Promise<void> {
  if (options.verbose) await stderr(proc).write(`${name}\n`);
  else if (options.dot) await stderr(proc).write(".");
}

async function copyOut(proc: Proc, options: Options, format: Format, owner: Owner): Promise<number> {
  let out = stdout(proc);
  let fd = 1;
  if (options.file !== undefined) {
    fd = await proc.open(options.file, O_WRONLY | O_CREAT | (options.append ? O_APPEND : O_TRUNC), 0o666);
    out = new Writer(proc, fd);
  } else if (options.append) throw new UsageError("-A requires an archive: use -F or -O");
  const maker = new ArchiveMaker(proc, out, {
    format,
    dereference: options.dereference,
    resetAccessTime: options.resetAccessTime,
    owner,
    stored: (name) => tellName(proc, options, name),
  });
  for await (const name of namesOf(proc, options)) await maker.add(name);
  await maker.finish();
  await out.flush();
  if (fd !== 1) await proc.close(fd);
  await tellBlocks(proc, options, maker.written);
  return maker.status;
}

async function copyIn(
  proc: Proc,
  { options, operands }: Arguments<typeof OPTIONS>,
  owner: Owner,
): Promise<number> {
  const file = options.file ?? "-";
  const texts = [...operands];
  if (options.patternFile !== undefined) {
    const text = await readTextFile(proc, options.patternFile);
    if (text === undefined)
      return fail(proc, `${options.patternFile}: Cannot open: No such file or directory`, 2);
    texts.push(...text.split("\n").filter((line) => line !== ""));
  }
  const patterns: Pattern[] = texts.map((text) => compilePattern(text));
  const restorer = new Restorer(proc, { ...options, owner });
  const taker = new ArchiveTaker(
    proc,
    file,
    { ...options, relativeNames: options.noAbsolute, patterns, invert: options.nonmatching },
    restorer,
  );
  try {
    await taker.run();
  } catch (error) {
    if (!(error instanceof CpioError)) throw error;
    await stdout(proc).flush();
    return fail(proc, error.message, 2);
  }
  await tellBlocks(proc, options, taker.consumed);
  return restorer.status;
}

async function copyPass(
  proc: Proc,
  { options, operands }: Arguments<typeof OPTIONS>,
  owner: Owner,
): Promise<number> {
  const [directory, ...more] = operands;
  if (directory === undefined || more.length > 0)
    throw new UsageError("Exactly one destination directory is needed");
  const restorer = new Restorer(proc, { ...options, owner });
  const made = new Map<string, string>();
  let bytes = 0;
  for await (const name of namesOf(proc, options)) {
    try {
      const stat = await (options.dereference ? proc.stat(name) : proc.lstat(name));
      const path = join(directory, name.replace(/^\/+/, ""));
      const key = `${stat.dev}:${stat.ino}`;
      const shared = isRegular(stat.mode) && stat.nlink > 1;
      const linkTo = options.link && isRegular(stat.mode) ? name : shared ? made.get(key) : undefined;
      if (!(await copyOne(proc, restorer, name, path, stat, linkTo))) continue;
      if (shared) made.set(key, path);
      if (isRegular(stat.mode) && linkTo === undefined) bytes += stat.size;
      await tellName(proc, options, path);
    } catch (error) {
      await warn(proc, `${name}: Cannot stat: ${errorText(error)}`);
      restorer.status = 2;
    }
  }
  await restorer.finish();
  await tellBlocks(proc, options, bytes);
  return restorer.status;
}

async function copyOne(
  proc: Proc,
  restorer: Restorer,
  name: string,
  path: string,
  stat: Stat,
  linkTo: string | undefined,
): Promise<boolean> {
  const fd = isRegular(stat.mode) && linkTo === undefined ? await proc.open(name, O_RDONLY) : undefined;
  const reader = fd === undefined ? undefined : new Reader(proc, fd);
  const source: Source = {
    mode: stat.mode,
    uid: stat.uid,
    gid: stat.gid,
    mtimeNs: stat.mtimeNs,
    rdev: stat.rdev,
    ...(linkTo === undefined ? {} : { linkTo }),
    target: async () => proc.readlink(name),
    data: async () => reader?.read(),
  };
  try {
    return await restorer.make(path, source);
  } finally {
    if (fd !== undefined) await proc.close(fd);
  }
}
