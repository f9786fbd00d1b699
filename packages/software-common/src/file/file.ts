import {
  isBlockDevice,
  isCharDevice,
  isDirectory,
  isFifo,
  isSocket,
  isSymlink,
  isSysError,
  latin1FromBytes,
  majorOf,
  minorOf,
  S_ISVTX,
  type Stat,
} from "@agentos/kernel/abi";
import {
  defineProgram,
  errorText,
  type OptionValues,
  openInput,
  type Proc,
  stdout,
  UsageError,
} from "@agentos/kernel/program";
import { displayWidth } from "../shared/display-width.ts";
import { readTextFile } from "../shared/text-file.ts";
import { Head, type Kind, kindByMagic } from "./magic.ts";
import { kindOfText } from "./text-kind.ts";

const OPTIONS = {
  brief: { short: "b", long: "brief", help: "do not prepend filenames to output lines" },
  mime: { short: "i", long: "mime", help: "output MIME type strings" },
  mimeType: { long: "mime-type", help: "output the MIME type" },
  mimeEncoding: { long: "mime-encoding", help: "output the MIME encoding" },
  dereference: { short: "L", long: "dereference", help: "follow symlinks" },
  noDereference: { short: "h", long: "no-dereference", help: "don't follow symlinks (default)" },
  error: { short: "E", help: "on a file system error, issue a message and exit" },
  filesFrom: {
    short: "f",
    long: "files-from",
    value: "FILE",
    help: "read the filenames to be examined from FILE",
  },
  separator: {
    short: "F",
    long: "separator",
    value: "STRING",
    help: "use string as separator instead of ':'",
  },
  noPad: { short: "N", long: "no-pad", help: "do not pad output" },
  print0: { short: "0", long: "print0", help: "terminate filenames with ASCII NUL" },
  special: { short: "s", long: "special-files", help: "treat special files as ordinary ones" },
  other: { short: "kznrpS", help: "accepted, without effect" },
} as const;

type Options = OptionValues<typeof OPTIONS>;

const widthOf = (text: string): number =>
  Array.from(text).reduce((width, char) => width + displayWidth(char.codePointAt(0)!), 0);

/** How much of a file is looked at. */
const HEAD = 65536;

/** file: tells what a file is by its bytes. Source: file(1); of its table the kinds that are common. */
export default defineProgram({
  name: "file",
  summary: "Determine the type of FILEs.",
  usage: "[OPTION]... FILE...",
  options: OPTIONS,
  async run(proc, { options, operands }) {
    const names = [...operands];
    if (options.filesFrom !== undefined) {
      const text = await readTextFile(proc, options.filesFrom === "-" ? "/dev/stdin" : options.filesFrom);
      names.push(...(text ?? "").split("\n").filter((line) => line !== ""));
    }
    if (names.length === 0) throw new UsageError("missing file operand");
    const shown = names.map((name) => (name === "-" ? "/dev/stdin" : name));
    const width = options.noPad ? 0 : Math.max(...shown.map(widthOf));
    const separator = options.separator ?? ":";
    for (const [at, name] of names.entries()) {
      const kind = await kindOf(proc, name, options);
      if ("failure" in kind && options.error) {
        await stdout(proc).write(`${kind.failure}\n`);
        return 1;
      }
      const text = "failure" in kind ? kind.failure : describe(kind, options);
      const label = shown[at]!;
      const padding = " ".repeat(Math.max(0, width - widthOf(label)));
      const end = options.print0 ? "\0" : "";
      await stdout(proc).write(
        options.brief ? `${text}\n` : `${label}${end}${separator} ${padding}${text}\n`,
      );
      const pause = proc.yield();
      if (pause) await pause;
    }
    return 0;
  },
});

function describe(kind: Kind, options: Options): string {
  const charset = kind.charset ?? "binary";
  if (options.mime) return `${kind.mime}; charset=${charset}`;
  if (options.mimeType) return kind.mime;
  return options.mimeEncoding ? charset : kind.text;
}

async function kindOf(proc: Proc, name: string, options: Options): Promise<Kind | { failure: string }> {
  if (name === "-") return kindOfData(proc, 0, undefined);
  try {
    const stat = await (options.dereference ? proc.stat(name) : proc.lstat(name));
    const special = await kindOfSpecial(proc, name, stat);
    if (special && !options.special) return special;
    if (stat.size === 0 && !options.special) return { text: "empty", mime: "inode/x-empty" };
    const fd = await openInput(proc, name);
    try {
      return await kindOfData(proc, fd, stat);
    } finally {
      await proc.close(fd);
    }
  } catch (error) {
    if (isSysError(error, "EACCES"))
      return { text: "regular file, no read permission", mime: "application/octet-stream" };
    return { failure: `cannot open \`${name}' (${errorText(error)})` };
  }
}

async function kindOfSpecial(proc: Proc, name: string, { mode, rdev }: Stat): Promise<Kind | undefined> {
  const inode = (text: string, mime: string): Kind => ({ text, mime: `inode/${mime}` });
  const device = `(${majorOf(rdev)}/${minorOf(rdev)})`;
  if (isDirectory(mode)) return inode(mode & S_ISVTX ? "sticky, directory" : "directory", "directory");
  if (isCharDevice(mode)) return inode(`character special ${device}`, "chardevice");
  if (isBlockDevice(mode)) return inode(`block special ${device}`, "blockdevice");
  if (isFifo(mode)) return inode("fifo (named pipe)", "fifo");
  if (isSocket(mode)) return inode("socket", "socket");
  if (!isSymlink(mode)) return undefined;
  const broken = (await proc.statIfExists(name)) ? "" : "broken ";
  return inode(`${broken}symbolic link to ${await proc.readlink(name)}`, "symlink");
}

async function kindOfData(proc: Proc, fd: number, stat: Stat | undefined): Promise<Kind> {
  const bytes = new Uint8Array(HEAD);
  let filled = 0;
  while (filled < HEAD) {
    const count = await proc.read(fd, bytes.subarray(filled));
    if (count === 0) break;
    filled += count;
  }
  if (filled === 0) return { text: "empty", mime: "inode/x-empty" };
  const part = bytes.subarray(0, filled);
  const head = new Head(part, latin1FromBytes(part));
  const data: Kind = { text: "data", mime: "application/octet-stream" };
  const magic = kindByMagic(head);
  // The last four bytes of gzip's data are the length of what it holds.
  if (magic?.mime === "application/gzip" && stat && filled < HEAD) {
    return { ...magic, text: `${magic.text}, original size modulo 2^32 ${head.number(filled - 4, 4, true)}` };
  }
  return magic ?? kindOfText(head, filled < HEAD) ?? data;
}
