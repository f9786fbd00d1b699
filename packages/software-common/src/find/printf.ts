// -printf's directives and escapes. Source: findutils 4.9, "Format Directives".

import {
  andThen,
  isSymlink,
  type MaybePromise,
  S_IFBLK,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
  S_IFSOCK,
  type Stat,
} from "@agentos/kernel/abi";
import { warn } from "@agentos/kernel/program";
import { formatTime } from "../shared/file-time.ts";
import { modeString } from "../shared/mode-string.ts";
import type { Builder } from "./builder.ts";
import type { Visit } from "./expression.ts";
import { ownersOf } from "./owners.ts";

type Directive = (visit: Visit) => MaybePromise<string>;
type Piece = string | Directive;

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

export function compilePrintf(builder: Builder, format: string): Directive {
  const pieces = parse(builder, format);
  return (visit) => expand(pieces, visit, "", 0);
}

function expand(pieces: readonly Piece[], visit: Visit, begun: string, from: number): MaybePromise<string> {
  let out = begun;
  for (let i = from; i < pieces.length; i++) {
    const piece = pieces[i]!;
    const text = typeof piece === "string" ? piece : piece(visit);
    if (text instanceof Promise) return text.then((waited) => expand(pieces, visit, out + waited, i + 1));
    out += text;
  }
  return out;
}

const TOKEN = /\\([0-7]{1,3}|[\s\S])|%([-+ #0]*)(\d*)(?:\.(\d+))?(?:([ACTB])([\s\S])|([a-zA-Z%]))|[\s\S]/g;

function parse(builder: Builder, format: string): Piece[] {
  const directives = directivesOf(builder);
  const pieces: Piece[] = [];
  for (const match of format.matchAll(TOKEN)) {
    const [text, escaped, flags = "", width = "", precision, timeField, timeFormat, letter = ""] = match;
    if (escaped === "c") return pieces;
    if (escaped !== undefined) {
      const code = /^[0-7]/.test(escaped) ? String.fromCharCode(Number.parseInt(escaped, 8)) : undefined;
      pieces.push(code ?? ESCAPES[escaped] ?? text);
      continue;
    }
    const directive = timeField ? timeOf(builder, timeField, timeFormat!) : directives[letter];
    if (directive) {
      const octal = letter === "m" && flags.includes("#") ? "0" : "";
      pieces.push((visit) =>
        andThen(directive(visit), (value) => pad(octal + value, flags, Number(width), precision)),
      );
      continue;
    }
    if (letter !== "") {
      builder.atStart(async () => {
        await warn(builder.proc, `warning: unrecognized format directive \`%${letter}'`);
      });
    }
    pieces.push(text);
  }
  return pieces;
}

function pad(text: string, flags: string, width: number, precision: string | undefined): string {
  const cut = precision === undefined ? text : text.slice(0, Number(precision));
  if (cut.length >= width) return cut;
  if (flags.includes("-")) return cut.padEnd(width);
  return cut.padStart(width, flags.includes("0") ? "0" : " ");
}

function directivesOf(builder: Builder): Readonly<Record<string, Directive>> {
  const { proc } = builder;
  const owners = ownersOf(builder);
  return {
    "%": () => "%",
    a: ({ stat }) => classicTime(builder, stat.atimeNs),
    b: ({ stat }) => String(stat.blocks),
    c: ({ stat }) => classicTime(builder, stat.ctimeNs),
    d: ({ depth }) => String(depth),
    D: ({ stat }) => String(stat.dev),
    // An operand keeps its trailing slash.
    f: ({ path }) => /[^/]*\/*$/.exec(path)![0],
    F: async ({ place }) => (await proc.statfs(place)).type,
    g: ({ stat }) => owners.group(stat.gid),
    G: ({ stat }) => String(stat.gid),
    h: ({ path }) => (path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "."),
    H: ({ start }) => start,
    i: ({ stat }) => String(stat.ino),
    k: ({ stat }) => String(Math.ceil(stat.blocks / 2)),
    l: ({ stat, place }) => (isSymlink(stat.mode) ? proc.readlink(place) : ""),
    m: ({ stat }) => (stat.mode & 0o7777).toString(8),
    M: ({ stat }) => modeString(stat.mode),
    n: ({ stat }) => String(stat.nlink),
    p: ({ path }) => path,
    P: ({ path, start }) => path.slice(start.length).replace(/^\//, ""),
    s: ({ stat }) => String(stat.size),
    S: ({ stat }) => (stat.size === 0 ? "1" : String((stat.blocks * 512) / stat.size)),
    t: ({ stat }) => classicTime(builder, stat.mtimeNs),
    u: ({ stat }) => owners.user(stat.uid),
    U: ({ stat }) => String(stat.uid),
    y: ({ stat }) => typeLetter(stat),
    Y: ({ stat, place }) => {
      if (!isSymlink(stat.mode)) return typeLetter(stat);
      return andThen(proc.statIfExists(place), (target) => (target ? typeLetter(target) : "N"));
    },
  };
}

const typeLetter = ({ mode }: Stat): string => TYPE_LETTERS.get(mode & S_IFMT) ?? "U";

/** As ctime(3), with the fraction of the second. */
const classicTime = ({ proc }: Builder, ns: bigint): string =>
  formatTime(ns, "%a %b %e %H:%M:%S.%N0 %Y", proc.env.get("TZ"));

const TIMES = { A: "atimeNs", B: "birthtimeNs", C: "ctimeNs", T: "mtimeNs" } as const;

/** Formats of the %A, %C and %T family that print a fraction of the second. */
const FRACTIONAL: Readonly<Record<string, string>> = {
  "@": "%s.%N0",
  "+": "%Y-%m-%d+%H:%M:%S.%N0",
  S: "%S.%N0",
  T: "%H:%M:%S.%N0",
  X: "%H:%M:%S.%N0",
};

function timeOf({ proc }: Builder, letter: string, format: string): Directive {
  const field = TIMES[letter as keyof typeof TIMES];
  const wanted = FRACTIONAL[format] ?? `%${format}`;
  return ({ stat }) => formatTime(stat[field], wanted, proc.env.get("TZ"));
}
