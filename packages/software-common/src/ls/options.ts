import { type OptionsSpec, type OptionValues, type Proc, UsageError } from "@agentos/kernel/program";
import { compilePattern } from "@agentos/posix";
import type { SortKey, TimeField } from "./sort.ts";

export const lsOptions = {
  all: { short: "a", long: "all", help: "do not ignore entries starting with ." },
  almostAll: { short: "A", long: "almost-all", help: "do not list implied . and .." },
  author: { long: "author", help: "with -l, print the author of each file" },
  escape: { short: "b", long: "escape", help: "print C-style escapes for nongraphic characters" },
  blockSize: { long: "block-size", value: "SIZE", help: "with -l, scale sizes by SIZE when printing them" },
  ignoreBackups: { short: "B", long: "ignore-backups", help: "do not list implied entries ending with ~" },
  changeTime: {
    short: "c",
    help: "with -lt: sort by, and show, ctime; with -l: show ctime; otherwise: sort by ctime",
  },
  columns: { short: "C", help: "list entries by columns" },
  color: { long: "color", value: "WHEN", optional: true, help: "color the output WHEN: always, auto, never" },
  directory: { short: "d", long: "directory", help: "list directories themselves, not their contents" },
  unsorted: { short: "f", help: "list all entries in directory order" },
  classify: {
    short: "F",
    long: "classify",
    value: "WHEN",
    optional: true,
    help: "append indicator (one of */=>@|) to entries WHEN",
  },
  fileType: { long: "file-type", help: "likewise, except do not append '*'" },
  format: {
    long: "format",
    value: "WORD",
    help: "across -x, commas -m, horizontal -x, long -l, single-column -1, verbose -l, vertical -C",
  },
  fullTime: { long: "full-time", help: "like -l --time-style=full-iso" },
  noOwner: { short: "g", help: "like -l, but do not list owner" },
  directoriesFirst: { long: "group-directories-first", help: "group directories before files" },
  noGroup: { short: "G", long: "no-group", help: "in a long listing, don't print group names" },
  humanReadable: {
    short: "h",
    long: "human-readable",
    help: "with -l and -s, print sizes like 1K 234M 2G etc.",
  },
  si: { long: "si", help: "likewise, but use powers of 1000 not 1024" },
  followOperands: {
    short: "H",
    long: "dereference-command-line",
    help: "follow symbolic links listed on the command line",
  },
  hide: {
    long: "hide",
    value: "PATTERN",
    repeat: true,
    help: "do not list implied entries matching shell PATTERN",
  },
  indicator: {
    long: "indicator-style",
    value: "WORD",
    help: "append indicator with style WORD: none, slash (-p), file-type, classify (-F)",
  },
  inode: { short: "i", long: "inode", help: "print the index number of each file" },
  ignore: {
    short: "I",
    long: "ignore",
    value: "PATTERN",
    repeat: true,
    help: "do not list implied entries matching shell PATTERN",
  },
  kibibytes: { short: "k", long: "kibibytes", help: "default to 1024-byte blocks for disk usage" },
  long: { short: "l", help: "use a long listing format" },
  dereference: { short: "L", long: "dereference", help: "show information for the file a link references" },
  commas: { short: "m", help: "fill width with a comma separated list of entries" },
  numeric: { short: "n", long: "numeric-uid-gid", help: "like -l, but list numeric user and group IDs" },
  literal: { short: "N", long: "literal", help: "print entry names without quoting" },
  noGroupLong: { short: "o", help: "like -l, but do not list group information" },
  slash: { short: "p", help: "append / indicator to directories" },
  hideControl: { short: "q", long: "hide-control-chars", help: "print ? instead of nongraphic characters" },
  showControl: { long: "show-control-chars", help: "show nongraphic characters as-is" },
  quoteNames: { short: "Q", long: "quote-name", help: "enclose entry names in double quotes" },
  quotingStyle: {
    long: "quoting-style",
    value: "WORD",
    help: "use quoting style WORD for entry names: literal, shell, shell-always, c, escape",
  },
  reverse: { short: "r", long: "reverse", help: "reverse order while sorting" },
  recursive: { short: "R", long: "recursive", help: "list subdirectories recursively" },
  size: { short: "s", long: "size", help: "print the allocated size of each file, in blocks" },
  bySize: { short: "S", help: "sort by file size, largest first" },
  sort: {
    long: "sort",
    value: "WORD",
    help: "sort by WORD instead of name: none, size, time, version, extension, width",
  },
  time: {
    long: "time",
    value: "WORD",
    help: "change the default of using modification times: atime, access, use; ctime, status; birth, creation",
  },
  timeStyle: {
    long: "time-style",
    value: "TIME_STYLE",
    help: "time/date format with -l: full-iso, long-iso, iso, locale, or +FORMAT",
  },
  byTime: { short: "t", help: "sort by time, newest first" },
  tabSize: { short: "T", long: "tabsize", value: "COLS", help: "assume tab stops at each COLS instead of 8" },
  accessTime: { short: "u", help: "with -lt: sort by, and show, access time" },
  noSort: { short: "U", help: "do not sort; list entries in directory order" },
  byVersion: { short: "v", help: "natural sort of (version) numbers within text" },
  width: { short: "w", long: "width", value: "COLS", help: "set output width to COLS; 0 means no limit" },
  across: { short: "x", help: "list entries by lines instead of by columns" },
  byExtension: { short: "X", help: "sort alphabetically by entry extension" },
  context: { short: "Z", long: "context", help: "print any security context of each file" },
  zero: { long: "zero", help: "end each output line with NUL, not newline" },
  single: { short: "1", help: "list one file per line" },
} as const satisfies OptionsSpec;

type Options = OptionValues<typeof lsOptions>;
type Order = readonly { name: string; value: string | true }[];

export type Quoting = "literal" | "shell" | "shell-always" | "c" | "escape";

export interface Settings {
  format: "long" | "single" | "columns" | "across" | "commas";
  all: "visible" | "almost" | "everything";
  hidden: (name: string) => boolean;
  directoriesAsFiles: boolean;
  recursive: boolean;
  dereference: "all" | "operands" | "directories" | "never";
  sort: SortKey;
  time: TimeField;
  reverse: boolean;
  directoriesFirst: boolean;
  needsTargets: boolean;
  indicator: "none" | "slash" | "file-type" | "classify";
  color: boolean;
  quoting: Quoting;
  hideControl: boolean;
  inode: boolean;
  blocks: boolean;
  blockSize: number;
  sizeUnit: "bytes" | "binary" | "decimal";
  owner: boolean;
  group: boolean;
  author: boolean;
  numeric: boolean;
  timeStyle: string;
  width: number;
  end: string;
}

const WORDS = {
  format: {
    long: "long",
    verbose: "long",
    "single-column": "single",
    vertical: "columns",
    across: "across",
    horizontal: "across",
    commas: "commas",
  },
  sort: {
    none: "none",
    size: "size",
    time: "time",
    version: "version",
    extension: "extension",
    width: "width",
    name: "name",
  },
  time: {
    atime: "atimeNs",
    access: "atimeNs",
    use: "atimeNs",
    ctime: "ctimeNs",
    status: "ctimeNs",
    birth: "birthtimeNs",
    creation: "birthtimeNs",
    mtime: "mtimeNs",
    modification: "mtimeNs",
  },
  "indicator-style": { none: "none", slash: "slash", "file-type": "file-type", classify: "classify" },
  "quoting-style": {
    literal: "literal",
    shell: "shell",
    "shell-always": "shell-always",
    "shell-escape": "shell",
    "shell-escape-always": "shell-always",
    c: "c",
    "c-maybe": "c",
    escape: "escape",
    locale: "c",
    clocale: "c",
  },
} as const;

function word<K extends keyof typeof WORDS>(
  option: K,
  text: string,
): (typeof WORDS)[K][keyof (typeof WORDS)[K]] {
  const table = WORDS[option];
  const matches = Object.keys(table).filter((name) => name === text || name.startsWith(text));
  const name = matches.includes(text) ? text : matches.length === 1 ? matches[0] : undefined;
  if (name === undefined) throw new UsageError(`invalid argument ‘${text}’ for ‘--${option}’`);
  return table[name as keyof (typeof WORDS)[K]];
}

const enabled = (proc: Proc, value: string | true | undefined): boolean => {
  if (value === undefined || value === "never" || value === "no" || value === "none") return false;
  return value === "auto" || value === "tty" || value === "if-tty" ? proc.isatty(1) : true;
};

export async function settingsOf(proc: Proc, options: Options, order: Order): Promise<Settings> {
  const terminal = proc.isatty(1);
  const format = formatOf(options, order, terminal);
  const color = enabled(proc, options.color);
  const indicator = indicatorOf(proc, options, order);
  const all =
    options.unsorted || lastOf(order, "all", "almostAll") === "all"
      ? "everything"
      : options.almostAll
        ? "almost"
        : "visible";
  const quoting = quotingOf(order, terminal);
  return {
    format,
    all,
    hidden: hiddenBy(options, all),
    directoriesAsFiles: options.directory,
    recursive: options.recursive && !options.directory,
    dereference: dereferenceOf(options, format, indicator),
    sort: sortOf(options, order, format),
    time: timeOf(options, order),
    reverse: options.reverse,
    directoriesFirst: options.directoriesFirst,
    needsTargets: format === "long" || color || options.directoriesFirst,
    indicator,
    color,
    quoting,
    hideControl: options.hideControl || (terminal && !options.showControl && quoting === "literal"),
    inode: options.inode,
    blocks: options.size,
    blockSize: blockSizeOf(options.blockSize),
    sizeUnit: options.si ? "decimal" : options.humanReadable ? "binary" : "bytes",
    owner: !options.noOwner,
    group: !options.noGroup && !options.noGroupLong,
    author: options.author,
    numeric: options.numeric,
    timeStyle: options.fullTime ? "full-iso" : (options.timeStyle ?? proc.env.get("TIME_STYLE") ?? "locale"),
    width: widthOf(proc, options, terminal),
    end: options.zero ? "\0" : "\n",
  };
}

const lastOf = (order: Order, ...names: string[]): string | undefined =>
  order.findLast(({ name }) => names.includes(name))?.name;

function formatOf(options: Options, order: Order, terminal: boolean): Settings["format"] {
  let format: Settings["format"] | undefined;
  for (const { name, value } of order) {
    if (
      name === "long" ||
      name === "noOwner" ||
      name === "noGroupLong" ||
      name === "numeric" ||
      name === "fullTime"
    ) {
      format = "long";
    } else if (name === "columns") format = "columns";
    else if (name === "across") format = "across";
    else if (name === "commas") format = "commas";
    else if (name === "format") format = word("format", value as string);
    else if ((name === "single" || name === "zero") && format !== "long") format = "single";
  }
  return format ?? (options.zero ? "single" : terminal ? "columns" : "single");
}

function sortOf(options: Options, order: Order, format: Settings["format"]): SortKey {
  let key: SortKey | undefined;
  for (const { name, value } of order) {
    if (name === "bySize") key = "size";
    else if (name === "byTime") key = "time";
    else if (name === "byVersion") key = "version";
    else if (name === "byExtension") key = "extension";
    else if (name === "noSort" || name === "unsorted") key = "none";
    else if (name === "sort") key = word("sort", value as string);
  }
  if (key !== undefined) return key;
  const timed = options.changeTime || options.accessTime || options.time !== undefined;
  return timed && format !== "long" ? "time" : "name";
}

function timeOf(options: Options, order: Order): TimeField {
  if (options.time !== undefined) return word("time", options.time);
  const last = lastOf(order, "changeTime", "accessTime");
  return last === "changeTime" ? "ctimeNs" : last === "accessTime" ? "atimeNs" : "mtimeNs";
}

function indicatorOf(proc: Proc, options: Options, order: Order): Settings["indicator"] {
  let indicator: Settings["indicator"] = "none";
  for (const { name, value } of order) {
    if (name === "classify") indicator = enabled(proc, options.classify) ? "classify" : "none";
    else if (name === "fileType") indicator = "file-type";
    else if (name === "slash") indicator = "slash";
    else if (name === "indicator") indicator = word("indicator-style", value as string);
  }
  return indicator;
}

function dereferenceOf(
  options: Options,
  format: Settings["format"],
  indicator: Settings["indicator"],
): Settings["dereference"] {
  if (options.dereference) return "all";
  if (options.followOperands) return "operands";
  return format === "long" || indicator === "classify" || options.directory ? "never" : "directories";
}

function quotingOf(order: Order, terminal: boolean): Quoting {
  let quoting: Quoting = terminal ? "shell" : "literal";
  for (const { name, value } of order) {
    if (name === "escape") quoting = "escape";
    else if (name === "literal") quoting = "literal";
    else if (name === "quoteNames") quoting = "c";
    else if (name === "quotingStyle") quoting = word("quoting-style", value as string);
  }
  return quoting;
}

function hiddenBy(options: Options, all: Settings["all"]): (name: string) => boolean {
  const patterns = [...options.ignore, ...(all === "visible" ? options.hide : [])].map((text) =>
    compilePattern(text),
  );
  const backups = options.ignoreBackups;
  return (name) =>
    (all === "visible" && name.startsWith(".")) ||
    (backups && name.endsWith("~")) ||
    patterns.some((pattern) => pattern.matches(name));
}

function blockSizeOf(text: string | undefined): number {
  if (text === undefined) return 1024;
  const match = /^(\d*)([KMGT]?)(iB|B)?$/i.exec(text);
  if (!match) throw new UsageError(`invalid --block-size argument ‘${text}’`);
  const [, digits, unit, tail] = match;
  const base = tail?.toUpperCase() === "B" ? 1000 : 1024;
  return Number(digits || 1) * base ** (" KMGT".indexOf((unit || " ").toUpperCase()) as number);
}

function widthOf(proc: Proc, options: Options, terminal: boolean): number {
  if (options.width !== undefined) return Number(options.width);
  const columns = Number(proc.env.get("COLUMNS"));
  if (columns > 0) return columns;
  return terminal ? proc.getWindowSize(1).cols || 80 : 80;
}
