// The tests of find: predicates on one file.

import {
  isDirectory,
  isRegular,
  isSymlink,
  isSysError,
  R_OK,
  S_IFBLK,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
  S_IFSOCK,
  W_OK,
  X_OK,
} from "@agentos/kernel/abi";
import { quoteName } from "@agentos/kernel/program";
import { compilePattern, compileRegex } from "@agentos/posix";
import { parseDate } from "../date/parse-date.ts";
import { applyMode, parseMode } from "../shared/file-mode.ts";
import { baseName } from "../shared/path-names.ts";
import { readTextFile } from "../shared/text-file.ts";
import { type Builder, FindError, type Primary } from "./builder.ts";
import type { Test, Visit } from "./expression.ts";

const TYPES: Readonly<Record<string, number>> = {
  b: S_IFBLK,
  c: S_IFCHR,
  d: S_IFDIR,
  p: S_IFIFO,
  f: S_IFREG,
  l: S_IFLNK,
  s: S_IFSOCK,
};

const DAY_NS = 86_400_000_000_000n;
const MINUTE_NS = 60_000_000_000n;

export const tests: Readonly<Record<string, Primary>> = {
  "-true": () => () => true,
  "-false": () => () => false,
  "-name": (builder) => named(builder, false),
  "-iname": (builder) => named(builder, true),
  "-path": (builder) => pathed(builder, false),
  "-wholename": (builder) => pathed(builder, false),
  "-ipath": (builder) => pathed(builder, true),
  "-iwholename": (builder) => pathed(builder, true),
  "-lname": (builder) => linked(builder, false),
  "-ilname": (builder) => linked(builder, true),
  "-regex": (builder) => matching(builder, false),
  "-iregex": (builder) => matching(builder, true),
  "-type": (builder) => typed(builder, false),
  "-xtype": (builder) => typed(builder, true),
  "-perm": (builder) => permitted(builder),
  "-size": (builder) => sized(builder),
  "-empty": ({ proc }) => {
    return ({ stat, path }) => {
      if (isRegular(stat.mode)) return stat.size === 0;
      return (
        isDirectory(stat.mode) && Promise.resolve(proc.readdir(path)).then((entries) => entries.length === 0)
      );
    };
  },
  "-links": (builder) => number(builder, ({ stat }) => stat.nlink),
  "-inum": (builder) => number(builder, ({ stat }) => stat.ino),
  "-uid": (builder) => number(builder, ({ stat }) => stat.uid),
  "-gid": (builder) => number(builder, ({ stat }) => stat.gid),
  "-user": (builder) => owned(builder, "/etc/passwd", ({ stat }) => stat.uid, "user"),
  "-group": (builder) => owned(builder, "/etc/group", ({ stat }) => stat.gid, "group"),
  "-nouser": (builder) => unknownOwner(builder, "/etc/passwd", ({ stat }) => stat.uid),
  "-nogroup": (builder) => unknownOwner(builder, "/etc/group", ({ stat }) => stat.gid),
  "-mtime": (builder) => aged(builder, ({ stat }) => stat.mtimeNs, DAY_NS),
  "-atime": (builder) => aged(builder, ({ stat }) => stat.atimeNs, DAY_NS),
  "-ctime": (builder) => aged(builder, ({ stat }) => stat.ctimeNs, DAY_NS),
  "-mmin": (builder) => aged(builder, ({ stat }) => stat.mtimeNs, MINUTE_NS),
  "-amin": (builder) => aged(builder, ({ stat }) => stat.atimeNs, MINUTE_NS),
  "-cmin": (builder) => aged(builder, ({ stat }) => stat.ctimeNs, MINUTE_NS),
  "-newer": (builder) => newer(builder, "mtimeNs", "m"),
  "-anewer": (builder) => newer(builder, "atimeNs", "m"),
  "-cnewer": (builder) => newer(builder, "ctimeNs", "m"),
  "-newermm": (builder) => newer(builder, "mtimeNs", "m"),
  "-newerma": (builder) => newer(builder, "mtimeNs", "a"),
  "-newermc": (builder) => newer(builder, "mtimeNs", "c"),
  "-neweram": (builder) => newer(builder, "atimeNs", "m"),
  "-neweraa": (builder) => newer(builder, "atimeNs", "a"),
  "-newercm": (builder) => newer(builder, "ctimeNs", "m"),
  "-newermt": (builder) => newer(builder, "mtimeNs", "t"),
  "-newerat": (builder) => newer(builder, "atimeNs", "t"),
  "-newerct": (builder) => newer(builder, "ctimeNs", "t"),
  "-readable": ({ proc }) => accessible(proc.access.bind(proc), R_OK),
  "-writable": ({ proc }) => accessible(proc.access.bind(proc), W_OK),
  "-executable": ({ proc }) => accessible(proc.access.bind(proc), X_OK),
  "-samefile": (builder) => sameFile(builder),
  "-fstype": (builder) => {
    const wanted = builder.argument();
    return async ({ path }) => (await builder.proc.statfs(path)).type === wanted;
  },
};

function named(builder: Builder, nocase: boolean): Test {
  const pattern = compilePattern(builder.argument(), { nocase });
  return ({ path }) => pattern.matches(baseName(path));
}

function pathed(builder: Builder, nocase: boolean): Test {
  const pattern = compilePattern(builder.argument(), { nocase });
  return ({ path }) => pattern.matches(path);
}

function linked(builder: Builder, nocase: boolean): Test {
  const pattern = compilePattern(builder.argument(), { nocase });
  return async ({ path, stat }) => isSymlink(stat.mode) && pattern.matches(await builder.proc.readlink(path));
}

function matching(builder: Builder, icase: boolean): Test {
  const regex = compileRegex(`^\\(${builder.argument()}\\)$`, { syntax: "bre", icase });
  return ({ path }) => regex.test(path);
}

function typed(builder: Builder, other: boolean): Test {
  const wanted = builder
    .argument()
    .split(",")
    .map((letter) => {
      const type = TYPES[letter];
      if (type === undefined) throw new FindError(`Unknown argument to ${builder.name}: ${letter}`);
      return type;
    });
  if (!other) return ({ stat }) => wanted.includes(stat.mode & S_IFMT);
  const { proc, follow } = builder;
  return async ({ path, stat }) => {
    const seen = follow
      ? await proc.lstat(path)
      : isSymlink(stat.mode)
        ? await proc.statIfExists(path)
        : stat;
    return wanted.includes((seen ?? stat).mode & S_IFMT);
  };
}

function permitted(builder: Builder): Test {
  const text = builder.argument();
  const how = text[0] === "-" || text[0] === "/" ? text[0] : "=";
  const change = parseMode(how === "=" ? text : text.slice(1));
  if (change === undefined) throw new FindError(`invalid mode ${quoteName(text)}`);
  const wanted = applyMode(change, 0, 0);
  if (how === "-") return ({ stat }) => (stat.mode & wanted) === wanted;
  if (how === "/") return ({ stat }) => wanted === 0 || (stat.mode & wanted) !== 0;
  return ({ stat }) => (stat.mode & 0o7777) === wanted;
}

const SIZE_UNITS: Readonly<Record<string, number>> = {
  c: 1,
  w: 2,
  b: 512,
  k: 1024,
  M: 1 << 20,
  G: 1 << 30,
  "": 512,
};

function sized(builder: Builder): Test {
  const text = builder.argument();
  const match = /^([+-]?)(\d+)([cwbkMG]?)$/.exec(text);
  if (!match) throw new FindError(`Invalid argument \`${text}' to -size`);
  const unit = SIZE_UNITS[match[3]!]!;
  const compare = comparison(match[1]!, Number(match[2]));
  return ({ stat }) => compare(Math.ceil(stat.size / unit));
}

function comparison(sign: string, wanted: number): (value: number) => boolean {
  if (sign === "+") return (value) => value > wanted;
  if (sign === "-") return (value) => value < wanted;
  return (value) => value === wanted;
}

function numberArgument(builder: Builder): (value: number) => boolean {
  const text = builder.argument();
  const match = /^([+-]?)(\d+(?:\.\d*)?)$/.exec(text);
  if (!match) throw new FindError(`invalid argument \`${text}' to \`${builder.name}'`);
  return comparison(match[1]!, Number(match[2]));
}

function number(builder: Builder, of: (visit: Visit) => number): Test {
  const compare = numberArgument(builder);
  return (visit) => compare(of(visit));
}

/** Age in whole units, rounded down: -mtime +1 is two days old or more. */
function aged(builder: Builder, of: (visit: Visit) => bigint, unit: bigint): Test {
  const compare = numberArgument(builder);
  const { startNs } = builder;
  return (visit) => compare(Number((startNs - of(visit)) / unit));
}

function newer(
  builder: Builder,
  field: "mtimeNs" | "atimeNs" | "ctimeNs",
  reference: "m" | "a" | "c" | "t",
): Test {
  const { proc } = builder;
  const argument = builder.argument();
  let wanted: bigint | undefined;
  if (reference === "t") {
    wanted = parseDate(argument, { now: proc.now(), timeZone: proc.env.get("TZ") });
    if (wanted === undefined) {
      throw new FindError(`I cannot figure out how to interpret ${quoteName(argument)} as a date or time`);
    }
  }
  return async ({ stat }) => {
    if (wanted === undefined) {
      try {
        wanted = (await proc.stat(argument))[`${reference as "m"}timeNs`];
      } catch (error) {
        if (!isSysError(error)) throw error;
        throw new FindError(`${quoteName(argument)}: ${error.message}`);
      }
    }
    return stat[field] > wanted;
  };
}

function owned(builder: Builder, file: string, of: (visit: Visit) => number, kind: string): Test {
  const name = builder.argument();
  const { proc } = builder;
  let id: number | undefined;
  return async (visit) => {
    if (id === undefined) {
      id = (await idsOf(proc, file)).find(([known]) => known === name)?.[1];
      if (id === undefined && /^\d+$/.test(name)) id = Number(name);
      if (id === undefined) throw new FindError(`${quoteName(name)} is not the name of a known ${kind}`);
    }
    return of(visit) === id;
  };
}

function unknownOwner({ proc }: Builder, file: string, of: (visit: Visit) => number): Test {
  let known: Set<number> | undefined;
  return async (visit) => {
    known ??= new Set((await idsOf(proc, file)).map(([, id]) => id));
    return !known.has(of(visit));
  };
}

async function idsOf(proc: Builder["proc"], file: string): Promise<[string, number][]> {
  const text = (await readTextFile(proc, file)) ?? "";
  return text.split("\n").map((line): [string, number] => {
    const [name = "", , id] = line.split(":");
    return [name, Number(id)];
  });
}

const accessible =
  (access: (path: string, mode: number) => boolean | Promise<boolean>, mode: number): Test =>
  ({ path }) =>
    access(path, mode);

function sameFile(builder: Builder): Test {
  const path = builder.argument();
  const wanted = Promise.resolve(builder.proc.stat(path));
  return async ({ stat }) => {
    const { dev, ino } = await wanted;
    return stat.dev === dev && stat.ino === ino;
  };
}
