// What the options ask for, as the search needs it.

import { type Arguments, type Proc, UsageError } from "@agentos/kernel/program";
import { compilePattern, type Pattern } from "@agentos/posix";
import type { GREP_OPTIONS } from "./options.ts";

export type GrepArguments = Arguments<typeof GREP_OPTIONS>;

export interface Settings {
  invert: boolean;
  maxCount: number;
  byteOffset: boolean;
  lineNumber: boolean;
  lineBuffered: boolean;
  withName: boolean;
  /** Names are shown once a directory is searched. */
  nameBelowDirectories: boolean;
  label: string;
  onlyMatching: boolean;
  quiet: boolean;
  /** What is printed per file instead of lines. */
  list: "with" | "without" | undefined;
  count: boolean;
  binary: "binary" | "text" | "without-match";
  nullData: boolean;
  initialTab: boolean;
  nullAfterName: boolean;
  before: number;
  after: number;
  groupSeparator: string | undefined;
  color: boolean;
  utf8: boolean;
  noMessages: boolean;
  recursive: boolean;
  dereference: boolean;
  skipDirectories: boolean;
  skipDevices: boolean;
  include: Pattern[];
  exclude: Pattern[];
  excludeDir: Pattern[];
}

/** @throws UsageError */
export function readSettings(proc: Proc, { options, order, operands }: GrepArguments): Settings {
  const recursion = options.recursive || options.dereference || options.directories === "recurse";
  const last = order.findLast(({ name }) => name === "withFilename" || name === "noFilename")?.name;
  const context = contextLength(options.context, 0);
  const listing = order.findLast(({ name }) => name === "filesWith" || name === "filesWithout")?.name;
  return {
    invert: options.invert,
    maxCount: maxCount(options.maxCount),
    byteOffset: options.byteOffset,
    lineNumber: options.lineNumber,
    lineBuffered: options.lineBuffered,
    withName: last === undefined ? operands.length > 1 : last === "withFilename",
    nameBelowDirectories: last !== "noFilename",
    label: options.label ?? "(standard input)",
    onlyMatching: options.onlyMatching,
    quiet: options.quiet,
    list: listing === undefined ? undefined : listing === "filesWith" ? "with" : "without",
    count: options.count,
    binary: binaryType(options),
    nullData: options.nullData,
    initialTab: options.initialTab,
    nullAfterName: options.nullAfterName,
    before: contextLength(options.before, context),
    after: contextLength(options.after, context),
    groupSeparator: options.noGroupSeparator ? undefined : (options.groupSeparator ?? "--"),
    color: wantsColor(proc, options.color),
    utf8: isUtf8(proc),
    noMessages: options.noMessages,
    recursive: recursion,
    dereference: options.dereference,
    skipDirectories: options.directories === "skip",
    skipDevices: options.devices === "skip",
    include: globs(options.include),
    exclude: globs(options.exclude),
    excludeDir: globs(options.excludeDir.map((glob) => glob.replace(/(?<=.)\/+$/, ""))),
  };
}

/** Whether the locale is UTF-8; an unset one is C.UTF-8. */
function isUtf8(proc: Proc): boolean {
  const locale = proc.env.get("LC_ALL") || proc.env.get("LC_CTYPE") || proc.env.get("LANG") || "C.UTF-8";
  return locale !== "C" && locale !== "POSIX";
}

export const globs = (sources: readonly string[]): Pattern[] =>
  sources.map((source) => compilePattern(source));

function contextLength(text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback;
  if (!/^\d+$/.test(text)) throw new Failure(`${text}: invalid context length argument`);
  return Math.min(Number(text), Number.MAX_SAFE_INTEGER);
}

function maxCount(text: string | undefined): number {
  if (text === undefined) return Infinity;
  if (!/^-?\d+$/.test(text)) throw new Failure("invalid max count");
  return Number(text) < 0 ? Infinity : Number(text);
}

function binaryType(options: GrepArguments["options"]): Settings["binary"] {
  if (options.text) return "text";
  if (options.withoutMatch) return "without-match";
  const type = options.binaryFiles ?? "binary";
  if (type === "binary" || type === "text" || type === "without-match") return type;
  throw new Failure(`invalid argument '${type}' for '--binary-files'`);
}

function wantsColor(proc: Proc, when: string | true | undefined): boolean {
  if (when === undefined) return false;
  if (when === "always" || when === "yes" || when === "force") return true;
  if (when === "never" || when === "no" || when === "none") return false;
  if (when === true || when === "auto" || when === "tty" || when === "if-tty") return proc.isatty(1);
  throw new UsageError(`invalid argument '${when}' for '--color'`);
}

/** A mistake that grep reports in one line, with exit status 2. */
export class Failure extends Error {}
