// -printf's directives and escapes. Source: findutils 4.9, "Format Directives".

import {
  isSymlink,
  S_IFBLK,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
  S_IFSOCK,
} from "@agentos/kernel/abi";
import type { Proc } from "@agentos/kernel/program";
import { readGroups, readUsers } from "../shared/accounts.ts";
import { formatTime } from "../shared/file-time.ts";
import { modeString } from "../shared/mode-string.ts";
import { baseName } from "../shared/path-names.ts";
import type { Visit } from "./expression.ts";

type Piece = string | ((visit: Visit) => string | Promise<string>);

const ESCAPES: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "0": "\0",
  "\\": "\\",
};

const TYPE_LETTERS = new Map([
  [S_IFREG, "f"],
  [S_IFDIR, "d"],
  [S_IFLNK, "l"],
  [S_IFCHR, "c"],
  [S_IFBLK, "b"],
  [S_IFIFO, "p"],
  [S_IFSOCK, "s"],
]);

export function compilePrintf(proc: Proc, format: string): (visit: Visit) => Promise<string> {
  const pieces = parse(proc, format);
  return async (visit) => {
    let out = "";
    for (const piece of pieces) out += typeof piece === "string" ? piece : await piece(visit);
    return out;
  };
}

function parse(proc: Proc, format: string): Piece[] {
  const pieces: Piece[] = [];
  const pattern =
    /\\([0-7]{1,3}|[\s\S])|%([-+ #0]*)(\d*)(?:\.(\d+))?(?:([ACTB])([\s\S])|([a-zA-Z%]))|[\s\S]/g;
  for (const match of format.matchAll(pattern)) {
    const [text, escaped, flags = "", width = "", precision, timeField, timeFormat, letter] = match;
    if (escaped === "c") return pieces;
    if (escaped !== undefined) {
      const code = /^[0-7]/.test(escaped) ? String.fromCharCode(Number.parseInt(escaped, 8)) : undefined;
      pieces.push(code ?? ESCAPES[escaped] ?? text);
      continue;
    }
    const directive = timeField
      ? timeOf(proc, timeField, timeFormat!)
      : letter
        ? DIRECTIVES[letter]?.(proc)
        : undefined;
    if (!directive) pieces.push(text);
    else pieces.push(async (visit) => pad(await directive(visit), flags, Number(width), precision));
  }
  return pieces;
}

function pad(text: string, flags: string, width: number, precision: string | undefined): string {
  const cut = precision === undefined ? text : text.slice(0, Number(precision));
  if (flags.includes("-")) return cut.padEnd(width);
  return cut.padStart(width, flags.includes("0") ? "0" : " ");
}

type Directive = (visit: Visit) => string | Promise<string>;

const DIRECTIVES: Readonly<Record<string, (proc: Proc) => Directive>> = {
  "%": () => () => "%",
  a:
    (proc) =>
    ({ stat }) =>
      classicTime(proc, stat.atimeNs),
  b:
    () =>
    ({ stat }) =>
      String(stat.blocks),
  c:
    (proc) =>
    ({ stat }) =>
      classicTime(proc, stat.ctimeNs),
  d:
    () =>
    ({ depth }) =>
      String(depth),
  D:
    () =>
    ({ stat }) =>
      String(stat.dev),
  f:
    () =>
    ({ path }) =>
      baseName(path),
  F:
    (proc) =>
    async ({ path }) =>
      (await proc.statfs(path)).type,
  g:
    (proc) =>
    async ({ stat }) =>
      nameOf(await readGroups(proc), stat.gid),
  G:
    () =>
    ({ stat }) =>
      String(stat.gid),
  h:
    () =>
    ({ path }) =>
      path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : ".",
  H:
    () =>
    ({ start }) =>
      start,
  i:
    () =>
    ({ stat }) =>
      String(stat.ino),
  k:
    () =>
    ({ stat }) =>
      String(Math.ceil(stat.blocks / 2)),
  l:
    (proc) =>
    ({ stat, path }) =>
      isSymlink(stat.mode) ? proc.readlink(path) : "",
  m:
    () =>
    ({ stat }) =>
      (stat.mode & 0o7777).toString(8),
  M:
    () =>
    ({ stat }) =>
      modeString(stat.mode),
  n:
    () =>
    ({ stat }) =>
      String(stat.nlink),
  p:
    () =>
    ({ path }) =>
      path,
  P:
    () =>
    ({ path, start }) =>
      path.slice(start.length).replace(/^\//, ""),
  s:
    () =>
    ({ stat }) =>
      String(stat.size),
  S:
    () =>
    ({ stat }) =>
      stat.size === 0 ? "1" : String((stat.blocks * 512) / stat.size),
  t:
    (proc) =>
    ({ stat }) =>
      classicTime(proc, stat.mtimeNs),
  u:
    (proc) =>
    async ({ stat }) =>
      nameOf(await readUsers(proc), stat.uid),
  U:
    () =>
    ({ stat }) =>
      String(stat.uid),
  y:
    () =>
    ({ stat }) =>
      TYPE_LETTERS.get(stat.mode & S_IFMT) ?? "U",
  Y:
    (proc) =>
    async ({ stat, path }) => {
      if (!isSymlink(stat.mode)) return TYPE_LETTERS.get(stat.mode & S_IFMT) ?? "U";
      const target = await proc.statIfExists(path);
      return target ? (TYPE_LETTERS.get(target.mode & S_IFMT) ?? "U") : "N";
    },
};

function nameOf(known: readonly { name: string; uid?: number; gid?: number }[], id: number): string {
  return known.find(({ uid, gid }) => (uid ?? gid) === id)?.name ?? String(id);
}

/** As ctime(3), with the fraction of the second. */
const classicTime = (proc: Proc, ns: bigint): string =>
  formatTime(ns, "%a %b %d %H:%M:%S.%N0 %Y", proc.env.get("TZ"));

function timeOf(proc: Proc, field: string, format: string): Directive {
  const pick = ({ stat }: Visit): bigint =>
    field === "A"
      ? stat.atimeNs
      : field === "C"
        ? stat.ctimeNs
        : field === "B"
          ? stat.birthtimeNs
          : stat.mtimeNs;
  const zone = proc.env.get("TZ");
  return (visit) => {
    const ns = pick(visit);
    if (format === "@") return formatTime(ns, "%s.%N0", zone);
    if (format === "+") return formatTime(ns, "%Y-%m-%d+%H:%M:%S.%N0", zone);
    if (format === "S") return formatTime(ns, "%S.%N0", zone);
    if (format === "T") return formatTime(ns, "%H:%M:%S.%N0", zone);
    return formatTime(ns, `%${format}`, zone);
  };
}
