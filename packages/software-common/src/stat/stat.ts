import {
  isSymlink,
  majorOf,
  minorOf,
  S_IFBLK,
  S_IFCHR,
  S_IFMT,
  type Stat,
  type StatFs,
} from "@agentos/kernel/abi";
import {
  defineProgram,
  errorText,
  type Proc,
  quoteName,
  stdout,
  UsageError,
  warn,
} from "@agentos/kernel/program";
import { readGroups, readUsers } from "../shared/accounts.ts";
import { canonicalize } from "../shared/canonicalize.ts";
import { isoTime } from "../shared/file-time.ts";
import { fileTypeName, modeString } from "../shared/mode-string.ts";
import { expandFormat } from "./format.ts";

export default defineProgram({
  name: "stat",
  summary: "display file or file system status",
  usage: "[OPTION]... FILE...",
  options: {
    dereference: { short: "L", long: "dereference", help: "follow links" },
    fileSystem: {
      short: "f",
      long: "file-system",
      help: "display file system status instead of file status",
    },
    cached: { long: "cached", value: "MODE", help: "specify how to use cached attributes" },
    format: {
      short: "c",
      long: "format",
      value: "FORMAT",
      help: "use the specified FORMAT; output a newline after each use",
    },
    printf: {
      long: "printf",
      value: "FORMAT",
      help: "like --format, but interpret backslash escapes, and do not output a mandatory trailing newline",
    },
    terse: { short: "t", long: "terse", help: "print the information in terse form" },
  },
  async run(proc, { options, operands }) {
    if (operands.length === 0) throw new UsageError("missing operand");
    const names = { users: await readUsers(proc), groups: await readGroups(proc) };
    const format = options.printf ?? options.format ?? defaultFormat(options.fileSystem, options.terse);
    const escapes = options.printf !== undefined;
    const end = escapes ? "" : "\n";
    let status = 0;
    for (const path of operands) {
      try {
        const directive = options.fileSystem
          ? fileSystemDirective(path, await proc.statfs(path))
          : await fileDirective(proc, path, options.dereference, names);
        await stdout(proc).write(expandFormat(format, directive, escapes) + end);
      } catch (error) {
        const what = options.fileSystem ? "cannot read file system information for" : "cannot statx";
        await warn(proc, `${what} ${quoteName(path)}: ${errorText(error)}`);
        status = 1;
      }
    }
    return status;
  },
});

function defaultFormat(fileSystem: boolean, terse: boolean): string {
  if (fileSystem && terse) return "%n %i %l %t %s %S %b %f %a %c %d";
  if (fileSystem) {
    return (
      '  File: "%n"\n    ID: %-8i Namelen: %-7l Type: %T\nBlock size: %-10s Fundamental block size: %S\n' +
      "Blocks: Total: %-10b Free: %-10f Available: %a\nInodes: Total: %-10c Free: %d"
    );
  }
  if (terse) return "%n %s %b %f %u %g %D %i %h %t %T %X %Y %Z %W %o";
  return (
    "  File: %NAME\n  Size: %-10s\tBlocks: %-10b IO Block: %-6o %F\n%DEVICE\nAccess: (%04a/%10.10A)  " +
    "Uid: (%5u/%8U)   Gid: (%5g/%8G)\nAccess: %x\nModify: %y\nChange: %z\n Birth: %w"
  );
}

interface Names {
  users: { name: string; uid: number }[];
  groups: { name: string; gid: number }[];
}

type Directive = (letter: string) => string | undefined;

async function fileDirective(proc: Proc, path: string, follow: boolean, names: Names): Promise<Directive> {
  const stat = await (follow ? proc.stat(path) : proc.lstat(path));
  const target = isSymlink(stat.mode) ? await proc.readlink(path) : undefined;
  const mount = await mountPoint(proc, path);
  const zone = proc.env.get("TZ");
  const device = (stat.mode & S_IFMT) === S_IFCHR || (stat.mode & S_IFMT) === S_IFBLK;
  return (letter) => {
    if (letter === "DEVICE") return deviceLine(stat, device);
    if (letter === "NAME") return path + (target === undefined ? "" : ` -> ${target}`);
    if (letter === "N") return quoteName(path) + (target === undefined ? "" : ` -> ${quoteName(target)}`);
    if (letter === "n") return path;
    if (letter === "m") return mount;
    return attribute(letter, stat, names) ?? time(letter, stat, zone);
  };
}

function deviceLine(stat: Stat, device: boolean): string {
  const common = `Device: ${majorOf(stat.dev)},${minorOf(stat.dev)}\tInode: ${String(stat.ino).padEnd(10)}  Links: `;
  return device
    ? `${common}${String(stat.nlink).padEnd(5)} Device type: ${majorOf(stat.rdev)},${minorOf(stat.rdev)}`
    : `${common}${stat.nlink}`;
}

function attribute(letter: string, stat: Stat, { users, groups }: Names): string | undefined {
  switch (letter) {
    case "a":
      return (stat.mode & 0o7777).toString(8);
    case "A":
      return modeString(stat.mode);
    case "b":
      return String(stat.blocks);
    case "B":
      return "512";
    case "d":
      return String(stat.dev);
    case "D":
      return stat.dev.toString(16);
    case "Hd":
      return String(majorOf(stat.dev));
    case "Ld":
      return String(minorOf(stat.dev));
    case "Hr":
      return String(majorOf(stat.rdev));
    case "Lr":
      return String(minorOf(stat.rdev));
    case "r":
      return String(stat.rdev);
    case "R":
      return stat.rdev.toString(16);
    case "f":
      return stat.mode.toString(16);
    case "F":
      return fileTypeName(stat.mode, stat.size);
    case "g":
      return String(stat.gid);
    case "G":
      return groups.find(({ gid }) => gid === stat.gid)?.name ?? "UNKNOWN";
    case "h":
      return String(stat.nlink);
    case "i":
      return String(stat.ino);
    case "o":
      return String(stat.blksize);
    case "s":
      return String(stat.size);
    case "t":
      return majorOf(stat.rdev).toString(16);
    case "T":
      return minorOf(stat.rdev).toString(16);
    case "u":
      return String(stat.uid);
    case "U":
      return users.find(({ uid }) => uid === stat.uid)?.name ?? "UNKNOWN";
    default:
      return undefined;
  }
}

function time(letter: string, stat: Stat, zone: string | undefined): string | undefined {
  const times = { w: stat.birthtimeNs, x: stat.atimeNs, y: stat.mtimeNs, z: stat.ctimeNs };
  const ns = times[letter.toLowerCase() as keyof typeof times];
  if (ns === undefined) return undefined;
  return letter >= "a" ? isoTime(ns, zone) : epochSeconds(ns);
}

function epochSeconds(ns: bigint): string {
  const fraction = ((ns % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
  return `${(ns - fraction) / 1_000_000_000n}.${String(fraction).padStart(9, "0")}`;
}

function fileSystemDirective(path: string, stat: StatFs): Directive {
  return (letter) => {
    switch (letter) {
      case "n":
        return path;
      case "a":
      case "f":
        return String(stat.bfree);
      case "b":
        return String(stat.blocks);
      case "c":
        return String(stat.files);
      case "d":
        return String(stat.ffree);
      case "i":
        return "0";
      case "l":
        return "255";
      case "s":
      case "S":
        return String(stat.bsize);
      case "t":
        return "0";
      case "T":
        return stat.type;
      default:
        return undefined;
    }
  };
}

/** The mount that holds a path: the longest mount point above it. */
async function mountPoint(proc: Proc, path: string): Promise<string> {
  const real = await canonicalize(proc, path, "none");
  let best = "/";
  for (const { target } of proc.mounts()) {
    const below = real === target || real.startsWith(target.endsWith("/") ? target : `${target}/`);
    if (below && target.length > best.length) best = target;
  }
  return best;
}
