import { type OptionsSpec, type OptionValues, type Proc, UsageError } from "@agentos/kernel/program";

export const options = {
  normal: { long: "normal", help: "output a normal diff (the default)" },
  brief: { short: "q", long: "brief", help: "report only when files differ" },
  same: { short: "s", long: "report-identical-files", help: "report when two files are the same" },
  context: { short: "c", help: "output 3 lines of copied context" },
  contextLines: { short: "C", value: "NUM", help: "output NUM lines of copied context" },
  contextLong: {
    long: "context",
    value: "NUM",
    optional: true,
    help: "output NUM (default 3) lines of copied context",
  },
  unified: { short: "u", help: "output 3 lines of unified context" },
  unifiedLines: { short: "U", value: "NUM", help: "output NUM lines of unified context" },
  unifiedLong: {
    long: "unified",
    value: "NUM",
    optional: true,
    help: "output NUM (default 3) lines of unified context",
  },
  ed: { short: "e", long: "ed", help: "output an ed script" },
  forwardEd: { short: "f", long: "forward-ed", help: "output something like an ed script, in forward order" },
  rcs: { short: "n", long: "rcs", help: "output an RCS format diff" },
  sideBySide: { short: "y", long: "side-by-side", help: "output in two columns" },
  width: { short: "W", long: "width", value: "NUM", help: "output at most NUM (default 130) print columns" },
  leftColumn: { long: "left-column", help: "output only the left column of common lines" },
  suppressCommon: { long: "suppress-common-lines", help: "do not output common lines" },
  color: { long: "color", value: "WHEN", optional: true, help: "color output; never, always, or auto" },
  showFunction: { short: "p", long: "show-c-function", help: "show which C function each change is in" },
  functionLine: {
    short: "F",
    long: "show-function-line",
    value: "RE",
    help: "show the most recent line matching RE",
  },
  label: {
    long: "label",
    short: "L",
    value: "LABEL",
    repeat: true,
    help: "use LABEL instead of file name and timestamp",
  },
  recursive: { short: "r", long: "recursive", help: "recursively compare any subdirectories found" },
  newFile: { short: "N", long: "new-file", help: "treat absent files as empty" },
  newFileLeft: {
    long: "unidirectional-new-file",
    help: "treat absent first files as empty",
  },
  noDereference: { long: "no-dereference", help: "don't follow symbolic links" },
  fromFile: { long: "from-file", value: "FILE1", help: "compare FILE1 to all operands" },
  toFile: { long: "to-file", value: "FILE2", help: "compare all operands to FILE2" },
  exclude: { short: "x", long: "exclude", value: "PAT", repeat: true, help: "exclude files that match PAT" },
  startingFile: {
    short: "S",
    long: "starting-file",
    value: "FILE",
    help: "start with FILE when comparing directories",
  },
  ignoreCase: { short: "i", long: "ignore-case", help: "ignore case differences in file contents" },
  ignoreTabs: { short: "E", long: "ignore-tab-expansion", help: "ignore changes due to tab expansion" },
  ignoreTrailing: { short: "Z", long: "ignore-trailing-space", help: "ignore white space at line end" },
  ignoreSpaceChange: {
    short: "b",
    long: "ignore-space-change",
    help: "ignore changes in the amount of white space",
  },
  ignoreAllSpace: { short: "w", long: "ignore-all-space", help: "ignore all white space" },
  ignoreBlankLines: {
    short: "B",
    long: "ignore-blank-lines",
    help: "ignore changes where lines are all blank",
  },
  ignoreMatching: {
    short: "I",
    long: "ignore-matching-lines",
    value: "RE",
    repeat: true,
    help: "ignore changes where all lines match RE",
  },
  text: { short: "a", long: "text", help: "treat all files as text" },
  stripCr: { long: "strip-trailing-cr", help: "strip trailing carriage return on input" },
  expandTabs: { short: "t", long: "expand-tabs", help: "expand tabs to spaces in output" },
  initialTab: { short: "T", long: "initial-tab", help: "make tabs line up by prepending a tab" },
  horizon: { long: "horizon-lines", value: "NUM", help: "keep NUM lines of the common prefix and suffix" },
  speed: { long: "speed-large-files", help: "assume large files and many scattered small changes" },
  minimal: { short: "d", long: "minimal", help: "try hard to find a smaller set of changes" },
} as const satisfies OptionsSpec;

export type Options = OptionValues<typeof options>;
export type Style = "normal" | "context" | "unified" | "ed" | "forwardEd" | "rcs" | "sideBySide";

const STYLES: Readonly<Record<string, Style>> = {
  normal: "normal",
  context: "context",
  contextLines: "context",
  contextLong: "context",
  unified: "unified",
  unifiedLines: "unified",
  unifiedLong: "unified",
  ed: "ed",
  forwardEd: "forwardEd",
  rcs: "rcs",
  sideBySide: "sideBySide",
};

/** The one output style that the options ask for. */
export function styleOf(options: Options, order: readonly { name: string }[]): Style {
  const asked = new Set(order.flatMap(({ name }) => STYLES[name] ?? []));
  if (asked.size > 1) throw new UsageError("conflicting output style options");
  const [style] = asked;
  return style ?? (options.showFunction ? "context" : "normal");
}

export function contextLines(options: Options): number {
  const given = [options.contextLines, options.contextLong, options.unifiedLines, options.unifiedLong];
  const text = given.find((value) => typeof value === "string");
  if (text === undefined) return 3;
  if (!/^\d+$/.test(text as string)) throw new UsageError(`invalid context length '${text}'`);
  return Number(text);
}

export function isColored(proc: Proc, options: Options): boolean {
  const when = options.color === true ? "auto" : (options.color ?? "never");
  if (when === "auto") return proc.isatty(1) && proc.env.get("TERM") !== "dumb";
  if (when !== "always" && when !== "never") throw new UsageError(`invalid color '${when}'`);
  return when === "always";
}

export function widthOf(options: Options): number {
  if (options.width === undefined) return 130;
  if (!/^[1-9]\d*$/.test(options.width)) throw new UsageError(`invalid width '${options.width}'`);
  return Number(options.width);
}
