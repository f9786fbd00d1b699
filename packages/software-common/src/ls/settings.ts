import { type Proc, UsageError } from "@agentos/kernel/program";
import { compilePattern } from "@agentos/posix";
import { blockSizeOf, defaultScale, type SizeScale } from "../shared/block-size.ts";
import { quote } from "../shared/quote.ts";
import type { LsOptions } from "./options.ts";
import type { SortKey, TimeField } from "./sort.ts";
import { quotingStyle, word } from "./words.ts";

type Order = readonly { name: string; value: string | true }[];

export type Quoting =
  | "literal"
  | "shell"
  | "shell-always"
  | "shell-escape"
  | "shell-escape-always"
  | "c"
  | "escape";

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
  scales: { size: SizeScale; blocks: SizeScale };
  owner: boolean;
  group: boolean;
  author: boolean;
  numeric: boolean;
  timeStyle: string;
  width: number;
  /** Columns between tab stops; 0 pads with blanks. */
  tabSize: number;
  end: string;
}

const enabled = (proc: Proc, option: "--color" | "--classify", value: string | true | undefined): boolean => {
  if (value === undefined) return false;
  const when = value === true ? "always" : word(proc, option, value);
  return when === "auto" ? proc.isatty(1) : when === "always";
};

export async function settingsOf(proc: Proc, options: LsOptions, order: Order): Promise<Settings> {
  const terminal = proc.isatty(1);
  const format = formatOf(proc, options, order, terminal);
  const color = enabled(proc, "--color", options.color) && knowsColors(proc);
  const indicator = indicatorOf(proc, options, order);
  const all =
    options.unsorted || lastOf(order, "all", "almostAll") === "all"
      ? "everything"
      : options.almostAll
        ? "almost"
        : "visible";
  const quoting = quotingOf(proc, order, terminal);
  return {
    format,
    all,
    hidden: hiddenBy(options, all),
    directoriesAsFiles: options.directory,
    recursive: options.recursive && !options.directory,
    dereference: dereferenceOf(options, format, indicator),
    sort: sortOf(proc, options, order, format),
    time: timeOf(proc, options, order),
    reverse: options.reverse,
    directoriesFirst: options.directoriesFirst,
    needsTargets: format === "long" || color || options.directoriesFirst,
    indicator,
    color,
    quoting,
    hideControl: options.hideControl || (terminal && !options.showControl && quoting === "literal"),
    inode: options.inode,
    blocks: options.size,
    scales: scalesOf(proc, options),
    owner: !options.noOwner,
    group: !options.noGroup && !options.noGroupLong,
    author: options.author,
    numeric: options.numeric,
    timeStyle: timeStyleOf(proc, options),
    tabSize: options.tabSize === undefined ? 8 : Number(options.tabSize),
    width: widthOf(proc, options, terminal),
    end: options.zero ? "\0" : "\n",
  };
}

const lastOf = (order: Order, ...names: string[]): string | undefined =>
  order.findLast(({ name }) => names.includes(name))?.name;

function formatOf(proc: Proc, options: LsOptions, order: Order, terminal: boolean): Settings["format"] {
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
    else if (name === "format") format = word(proc, "--format", value as string);
    else if ((name === "single" || name === "zero") && format !== "long") format = "single";
  }
  return format ?? (options.zero ? "single" : terminal ? "columns" : "single");
}

function sortOf(proc: Proc, options: LsOptions, order: Order, format: Settings["format"]): SortKey {
  let key: SortKey | undefined;
  for (const { name, value } of order) {
    if (name === "bySize") key = "size";
    else if (name === "byTime") key = "time";
    else if (name === "byVersion") key = "version";
    else if (name === "byExtension") key = "extension";
    else if (name === "noSort" || name === "unsorted") key = "none";
    else if (name === "sort") key = word(proc, "--sort", value as string);
  }
  if (key !== undefined) return key;
  const timed = options.changeTime || options.accessTime || options.time !== undefined;
  return timed && format !== "long" ? "time" : "name";
}

function timeOf(proc: Proc, options: LsOptions, order: Order): TimeField {
  if (options.time !== undefined) return word(proc, "--time", options.time);
  const last = lastOf(order, "changeTime", "accessTime");
  return last === "changeTime" ? "ctimeNs" : last === "accessTime" ? "atimeNs" : "mtimeNs";
}

function indicatorOf(proc: Proc, options: LsOptions, order: Order): Settings["indicator"] {
  let indicator: Settings["indicator"] = "none";
  for (const { name, value } of order) {
    if (name === "classify") indicator = enabled(proc, "--classify", options.classify) ? "classify" : "none";
    else if (name === "fileType") indicator = "file-type";
    else if (name === "slash") indicator = "slash";
    else if (name === "indicator") indicator = word(proc, "--indicator-style", value as string);
  }
  return indicator;
}

function dereferenceOf(
  options: LsOptions,
  format: Settings["format"],
  indicator: Settings["indicator"],
): Settings["dereference"] {
  if (options.dereference) return "all";
  if (options.followOperands) return "operands";
  return format === "long" || indicator === "classify" || options.directory ? "never" : "directories";
}

function quotingOf(proc: Proc, order: Order, terminal: boolean): Quoting {
  let quoting: Quoting =
    quotingStyle(proc.env.get("QUOTING_STYLE")) ?? (terminal ? "shell-escape" : "literal");
  for (const { name, value } of order) {
    if (name === "escape") quoting = "escape";
    else if (name === "literal") quoting = "literal";
    else if (name === "quoteNames") quoting = "c";
    else if (name === "quotingStyle") quoting = word(proc, "--quoting-style", value as string);
  }
  return quoting;
}

function hiddenBy(options: LsOptions, all: Settings["all"]): (name: string) => boolean {
  const patterns = [...options.ignore, ...(all === "visible" ? options.hide : [])].map((text) =>
    compilePattern(text),
  );
  const backups = options.ignoreBackups;
  return (name) =>
    (all === "visible" && name.startsWith(".")) ||
    (backups && name.endsWith("~")) ||
    patterns.some((pattern) => pattern.matches(name));
}

/** Without LS_COLORS, colors are for terminals that dircolors knows. */
function knowsColors({ env }: Proc): boolean {
  if (env.has("LS_COLORS") || env.get("COLORTERM")) return true;
  return /^(?:.*(?:color|xterm|screen|tmux|rxvt|linux|konsole|vt100|ansi|cygwin|putty|kitty|foot|alacritty|st).*)$/.test(
    env.get("TERM") ?? "",
  );
}

/** The scales of sizes and of blocks. @throws UsageError */
function scalesOf(proc: Proc, options: LsOptions): { size: SizeScale; blocks: SizeScale } {
  const bytes: SizeScale = { unit: "bytes", size: 1 };
  const human: SizeScale | undefined = options.si
    ? { unit: "decimal", size: 1 }
    : options.humanReadable
      ? { unit: "binary", size: 1 }
      : undefined;
  if (human) return { size: human, blocks: human };
  if (options.blockSize !== undefined) {
    const scale = blockSizeOf(proc, options.blockSize);
    if (typeof scale === "string") throw new UsageError(scale);
    return { size: scale, blocks: scale };
  }
  return {
    size: bytes,
    blocks: options.kibibytes ? { unit: "bytes", size: 1024 } : defaultScale(proc, "LS_BLOCK_SIZE"),
  };
}

const TIME_STYLES = ["full-iso", "long-iso", "iso", "locale"];

function timeStyleOf(proc: Proc, options: LsOptions): string {
  if (options.fullTime) return "full-iso";
  const text = options.timeStyle ?? proc.env.get("TIME_STYLE") ?? "locale";
  const style = text.replace(/^posix-/, "");
  if (style.startsWith("+") || TIME_STYLES.includes(style)) return style;
  const valid = TIME_STYLES.map((one) => `\n  - [posix-]${one}`).join("");
  throw new UsageError(
    `invalid argument ${quote(proc, text)} for ${quote(proc, "time style")}\nValid arguments are:${valid}\n` +
      "  - +FORMAT (e.g., +%H:%M) for a 'date'-style format",
  );
}

function widthOf(proc: Proc, options: LsOptions, terminal: boolean): number {
  if (options.width !== undefined) return Number(options.width);
  const columns = Number(proc.env.get("COLUMNS"));
  if (columns > 0) return columns;
  return terminal ? proc.getWindowSize(1).cols || 80 : 80;
}
