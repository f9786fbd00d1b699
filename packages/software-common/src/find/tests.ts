// The tests of find: predicates on one file.

import {
  andThen,
  isDirectory,
  isRegular,
  isSymlink,
  R_OK,
  S_IFBLK,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
  S_IFSOCK,
  type Stat,
  W_OK,
  X_OK,
} from "@agentos/kernel/abi";
import { errorText } from "@agentos/kernel/program";
import { compilePattern } from "@agentos/posix";
import { parseDate } from "../date/parse-date.ts";
import { applyMode, parseMode } from "../shared/file-mode.ts";
import { directoryName } from "../shared/path-names.ts";
import { quote } from "../shared/quote.ts";
import { readTextFile } from "../shared/text-file.ts";
import { type Builder, FindError, type Primary } from "./builder.ts";
import type { Test, Visit } from "./expression.ts";
import { compilePathRegex } from "./regex-type.ts";

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
    return ({ stat, place }) => {
      if (isRegular(stat.mode)) return stat.size === 0;
      if (!isDirectory(stat.mode)) return false;
      return andThen(proc.readdir(place), (entries) => entries.length === 0);
    };
  },
  "-links": (builder) => number(builder, ({ stat }) => stat.nlink),
  "-inum": (builder) => number(builder, ({ stat }) => stat.ino),
  "-uid": (builder) => number(builder, ({ stat }) => stat.uid),
  "-gid": (builder) => number(builder, ({ stat }) => stat.gid),
  "-user": (builder) => owned(builder, "/etc/passwd", ({ stat }) => stat.uid, "a known user"),
  "-group": (builder) => owned(builder, "/etc/group", ({ stat }) => stat.gid, "an existing group"),
  "-nouser": (builder) => unknownOwner(builder, "/etc/passwd", ({ stat }) => stat.uid),
  "-nogroup": (builder) => unknownOwner(builder, "/etc/group", ({ stat }) => stat.gid),
  "-mtime": (builder) => aged(builder, ({ stat }) => stat.mtimeNs, DAY_NS),
  "-atime": (builder) => aged(builder, ({ stat }) => stat.atimeNs, DAY_NS),
  "-ctime": (builder) => aged(builder, ({ stat }) => stat.ctimeNs, DAY_NS),
  "-mmin": (builder) => aged(builder, ({ stat }) => stat.mtimeNs, MINUTE_NS),
  "-amin": (builder) => aged(builder, ({ stat }) => stat.atimeNs, MINUTE_NS),
  "-cmin": (builder) => aged(builder, ({ stat }) => stat.ctimeNs, MINUTE_NS),
  "-used": (builder) => {
    const compare = numberArgument(builder);
    return ({ stat }) => compare(Number((stat.atimeNs - stat.ctimeNs) / DAY_NS));
  },
  "-newer": (builder) => newer(builder, "mtimeNs", "m"),
  "-anewer": (builder) => newer(builder, "atimeNs", "m"),
  "-cnewer": (builder) => newer(builder, "ctimeNs", "m"),
  "-readable": ({ proc }) => accessible(proc.access.bind(proc), R_OK),
  "-writable": ({ proc }) => accessible(proc.access.bind(proc), W_OK),
  "-executable": ({ proc }) => accessible(proc.access.bind(proc), X_OK),
  "-samefile": (builder) => sameFile(builder),
  "-fstype": (builder) => {
    const wanted = builder.argument();
    const { proc } = builder;
    return async ({ place, stat }) => {
      const { type } = await proc.statfs(isSymlink(stat.mode) ? directoryName(place) : place);
      return type === wanted;
    };
  },
};

function named(builder: Builder, nocase: boolean): Test {
  const pattern = compilePattern(builder.argument(), { nocase });
  return ({ name }) => pattern.matches(name);
}

function pathed(builder: Builder, nocase: boolean): Test {
  const pattern = compilePattern(builder.argument(), { nocase });
  return ({ path }) => pattern.matches(path);
}

function linked(builder: Builder, nocase: boolean): Test {
  const pattern = compilePattern(builder.argument(), { nocase });
  const { proc } = builder;
  return ({ place, stat }) =>
    isSymlink(stat.mode) && andThen(proc.readlink(place), (target) => pattern.matches(target));
}

function matching(builder: Builder, icase: boolean): Test {
  const regex = compilePathRegex(builder.argument(), builder.regexType, icase);
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
  const [only, ...others] = wanted;
  if (!other && others.length === 0) return ({ stat }) => (stat.mode & S_IFMT) === only;
  if (!other) return ({ stat }) => wanted.includes(stat.mode & S_IFMT);
  const { proc, follow } = builder;
  return async ({ place, stat }) => {
    const seen = follow
      ? await proc.lstat(place)
      : isSymlink(stat.mode)
        ? await proc.statIfExists(place)
        : stat;
    return wanted.includes((seen ?? stat).mode & S_IFMT);
  };
}

function permitted(builder: Builder): Test {
  const text = builder.argument();
  const how = text[0] === "-" || text[0] === "/" ? text[0] : "=";
  const change = parseMode(how === "=" ? text : text.slice(1));
  if (change === undefined) throw new FindError(`invalid mode ${quote(builder.proc, text)}`);
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
  const last = text.at(-1) ?? "";
  if (!/[\dcwbkMG]/.test(last)) throw new FindError(`invalid -size type \`${last}'`);
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

const TIMES = { a: "atimeNs", B: "birthtimeNs", c: "ctimeNs", m: "mtimeNs" } as const;
type TimeLetter = keyof typeof TIMES;

/** -newerXY: the file's time X against time Y of a file, or against a date (t). */
export function newerPrimary(word: string): Primary | undefined {
  const match = /^-newer([aBcm])([aBcmt])$/.exec(word);
  if (!match) return undefined;
  return (builder) => newer(builder, TIMES[match[1] as TimeLetter], match[2] as TimeLetter | "t");
}

function newer(builder: Builder, field: (typeof TIMES)[TimeLetter], reference: TimeLetter | "t"): Test {
  const { proc } = builder;
  const argument = builder.argument();
  let wanted = 0n;
  if (reference === "t") {
    const date = parseDate(argument, { now: proc.now(), timeZone: proc.env.get("TZ") });
    if (date === undefined) {
      const shown = quote(proc, argument);
      throw new FindError(`I cannot figure out how to interpret ${shown} as a date or time`);
    }
    wanted = date;
  } else {
    builder.atStart(async () => {
      wanted = (await statOf(builder, argument))[TIMES[reference]];
    });
  }
  return ({ stat }) => stat[field] > wanted;
}

/** The status of a file that an argument names. @throws FindError */
async function statOf({ proc }: Builder, path: string): Promise<Stat> {
  try {
    return await proc.stat(path);
  } catch (error) {
    throw new FindError(`${quote(proc, path)}: ${errorText(error)}`);
  }
}

function owned(builder: Builder, file: string, of: (visit: Visit) => number, kind: string): Test {
  const name = builder.argument();
  const { proc } = builder;
  let id = -1;
  builder.atStart(async () => {
    const known = (await idsOf(proc, file)).find(([one]) => one === name)?.[1];
    if (known === undefined && !/^\d+$/.test(name)) {
      throw new FindError(`${quote(proc, name)} is not the name of ${kind}`);
    }
    id = known ?? Number(name);
  });
  return (visit) => of(visit) === id;
}

function unknownOwner(builder: Builder, file: string, of: (visit: Visit) => number): Test {
  let known = new Set<number>();
  builder.atStart(async () => {
    known = new Set((await idsOf(builder.proc, file)).map(([, id]) => id));
  });
  return (visit) => !known.has(of(visit));
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
  ({ place }) =>
    access(place, mode);

function sameFile(builder: Builder): Test {
  const path = builder.argument();
  let wanted: Stat | undefined;
  builder.atStart(async () => {
    wanted = await statOf(builder, path);
  });
  return ({ stat }) => stat.dev === wanted?.dev && stat.ino === wanted.ino;
}
