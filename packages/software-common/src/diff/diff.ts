import { isDirectory, O_RDONLY, type Stat } from "@agentos/kernel/abi";
import {
  defineProgram,
  errorText,
  type OptionValues,
  type Proc,
  stdout,
  UsageError,
  warn,
} from "@agentos/kernel/program";
import { compilePattern, compileRegex } from "@agentos/posix";
import { isoTime } from "../shared/file-time.ts";
import { baseName } from "../shared/path-names.ts";
import { join } from "../shared/paths.ts";
import { contextual, edScript, type Heading, normal, type Side, unified } from "./formats.ts";
import { type Edit, editsOf, shiftBoundaries } from "./hunks.ts";
import { type FileLines, readLines, Symbols } from "./lines.ts";
import { compare } from "./myers.ts";

const options = {
  normal: { long: "normal", help: "output a normal diff (the default)" },
  brief: { short: "q", long: "brief", help: "report only when files differ" },
  same: { short: "s", long: "report-identical-files", help: "report when two files are the same" },
  context: { short: "c", help: "output 3 lines of copied context" },
  contextLines: {
    short: "C",
    long: "context",
    value: "NUM",
    optional: true,
    help: "output NUM (default 3) lines of copied context",
  },
  unified: { short: "u", help: "output 3 lines of unified context" },
  unifiedLines: {
    short: "U",
    long: "unified",
    value: "NUM",
    optional: true,
    help: "output NUM (default 3) lines of unified context",
  },
  ed: { short: "e", long: "ed", help: "output an ed script" },
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
    help: "ignore changes where all lines match RE",
  },
  text: { short: "a", long: "text", help: "treat all files as text" },
  stripCr: { long: "strip-trailing-cr", help: "strip trailing carriage return on input" },
  expandTabs: { short: "t", long: "expand-tabs", help: "expand tabs to spaces in output" },
  initialTab: { short: "T", long: "initial-tab", help: "make tabs line up by prepending a tab" },
  minimal: { short: "d", long: "minimal", help: "try hard to find a smaller set of changes" },
} as const;

type Options = OptionValues<typeof options>;

export default defineProgram({
  name: "diff",
  summary: "compare files line by line",
  usage: "[OPTION]... FILES",
  usageStatus: 2,
  options,
  async run(proc, { options, operands }) {
    if (operands.length < 2) {
      throw new UsageError(
        operands.length === 0 ? "missing operand" : `missing operand after '${operands[0]}'`,
      );
    }
    if (operands.length > 2) throw new UsageError(`extra operand '${operands[2]}'`);
    const comparison = new Comparison(proc, options);
    const [left, right] = operands as [string, string];
    return comparison.operands(left, right);
  },
});

/** Where one side is found: a path, standard input, or nothing (-N). */
interface Place {
  path: string;
  stat: Stat | undefined;
}

class Comparison {
  readonly #proc: Proc;
  readonly #options: Options;
  readonly #heading: Heading;
  readonly #command: string;

  constructor(proc: Proc, options: Options) {
    this.#proc = proc;
    this.#options = options;
    this.#heading = headingOf(options);
    const words = proc.argv.slice(1, -2).filter((word) => word.startsWith("-"));
    this.#command = ["diff", ...words].join(" ");
  }

  /** 0 the same, 1 different, 2 trouble. */
  async operands(left: string, right: string): Promise<number> {
    let [a, b] = [await this.#place(left), await this.#place(right)];
    if (!a || !b) return 2;
    if (a.stat && b.stat && isDirectory(a.stat.mode) && isDirectory(b.stat.mode))
      return this.#directories(left, right);
    if (a.stat && isDirectory(a.stat.mode)) a = await this.#place(join(left, baseName(right)));
    else if (b.stat && isDirectory(b.stat.mode)) b = await this.#place(join(right, baseName(left)));
    if (!a || !b) return 2;
    return this.#files(a, b, false);
  }

  async #place(path: string): Promise<Place | undefined> {
    try {
      return { path, stat: path === "-" ? await this.#proc.fstat(0) : await this.#proc.stat(path) };
    } catch (error) {
      if (this.#options.newFile) return { path, stat: undefined };
      await warn(this.#proc, `${path}: ${errorText(error)}`);
      return undefined;
    }
  }

  async #directories(left: string, right: string): Promise<number> {
    const proc = this.#proc;
    const names = async (path: string) =>
      new Map((await proc.readdir(path)).map(({ name, type }) => [name, type]));
    const [inLeft, inRight] = [await names(left), await names(right)];
    const excluded = this.#options.exclude.map((text) => compilePattern(text));
    let status = 0;
    for (const name of [...new Set([...inLeft.keys(), ...inRight.keys()])].sort()) {
      if (excluded.some((pattern) => pattern.matches(name))) continue;
      const pause = proc.yield();
      if (pause) await pause;
      status = Math.max(status, await this.#entry(left, right, name, inLeft.has(name), inRight.has(name)));
    }
    return status;
  }

  async #entry(
    left: string,
    right: string,
    name: string,
    hasLeft: boolean,
    hasRight: boolean,
  ): Promise<number> {
    const proc = this.#proc;
    const { newFile, recursive } = this.#options;
    if (!newFile && !(hasLeft && hasRight)) {
      await stdout(proc).write(`Only in ${hasLeft ? left : right}: ${name}\n`);
      return 1;
    }
    const absent = (path: string): Place => ({ path, stat: undefined });
    const a = hasLeft ? await this.#place(join(left, name)) : absent(join(left, name));
    const b = hasRight ? await this.#place(join(right, name)) : absent(join(right, name));
    if (!a || !b) return 2;
    const directories = [a, b].map(({ stat }) => stat !== undefined && isDirectory(stat.mode));
    if (directories[0] && directories[1]) {
      if (recursive) return this.#directories(a.path, b.path);
      await stdout(proc).write(`Common subdirectories: ${a.path} and ${b.path}\n`);
      return 0;
    }
    if (directories[0] || directories[1]) {
      const kind = (directory: boolean | undefined) => (directory ? "directory" : "regular file");
      if (!a.stat || !b.stat) return 1;
      await stdout(proc).write(
        `File ${a.path} is a ${kind(directories[0])} while file ${b.path} is a ${kind(directories[1])}\n`,
      );
      return 1;
    }
    return this.#files(a, b, true);
  }

  async #files(a: Place, b: Place, announced: boolean): Promise<number> {
    const proc = this.#proc;
    const out = stdout(proc);
    const [left, right] = [await this.#read(a), await this.#read(b)];
    if (!left || !right) return 2;
    const options = this.#options;
    const same = async () => {
      if (options.same) await out.write(`Files ${a.path} and ${b.path} are identical\n`);
      return 0;
    };
    if ((left.binary || right.binary) && !options.text) {
      const equal = left.incomplete === right.incomplete && sameLines(left.lines, right.lines);
      if (equal) return same();
      await out.write(`${options.brief ? "Files" : "Binary files"} ${a.path} and ${b.path} differ\n`);
      return options.brief ? 1 : 2;
    }
    const edits = await this.#edits(left, right);
    if (edits.length === 0) return same();
    if (options.brief) {
      await out.write(`Files ${a.path} and ${b.path} differ\n`);
      return 1;
    }
    if (announced) await out.write(`${this.#command} ${a.path} ${b.path}\n`);
    const [leftLabel, rightLabel] = options.label;
    const sides = [
      { ...left, label: leftLabel ?? this.#label(a) },
      { ...right, label: rightLabel ?? this.#label(b) },
    ] as const;
    for (const text of this.#format(sides[0], sides[1], edits)) {
      const pause = out.writeLatin1(text) ?? proc.yield();
      if (pause) await pause;
    }
    return 1;
  }

  async #read({ path, stat }: Place): Promise<FileLines | undefined> {
    const proc = this.#proc;
    if (!stat) return { lines: [], incomplete: false, binary: false };
    try {
      const fd = path === "-" ? 0 : await proc.open(path, O_RDONLY);
      const file = await readLines(proc, fd);
      if (fd !== 0) await proc.close(fd);
      return file;
    } catch (error) {
      await warn(proc, `${path}: ${errorText(error)}`);
      return undefined;
    }
  }

  async #edits(left: FileLines, right: FileLines): Promise<Edit[]> {
    const options = this.#options;
    const symbols = new Symbols({
      ignoreCase: options.ignoreCase,
      ignoreSpaceChange: options.ignoreSpaceChange,
      ignoreAllSpace: options.ignoreAllSpace,
      ignoreTrailingSpace: options.ignoreTrailing,
      ignoreTabExpansion: options.ignoreTabs,
      stripCarriageReturn: options.stripCr,
    });
    const [a, b] = [symbols.of(left), symbols.of(right)];
    const marks = await compare(a, b, () => this.#proc.yield());
    shiftBoundaries(a, marks.left, marks.right);
    shiftBoundaries(b, marks.right, marks.left);
    return editsOf(marks).filter((edit) => !this.#ignored(edit, left.lines, right.lines));
  }

  #ignored(edit: Edit, left: readonly string[], right: readonly string[]): boolean {
    const { ignoreBlankLines, ignoreMatching } = this.#options;
    if (!ignoreBlankLines && ignoreMatching === undefined) return false;
    const lines = [
      ...left.slice(edit.left, edit.left + edit.deleted),
      ...right.slice(edit.right, edit.right + edit.inserted),
    ];
    const regex = ignoreMatching === undefined ? undefined : compileRegex(ignoreMatching, { syntax: "bre" });
    return lines.every((line) => (ignoreBlankLines && line === "") || regex?.test(line) === true);
  }

  #label({ path, stat }: Place): string {
    return `${path}\t${isoTime(stat?.mtimeNs ?? 0n, this.#proc.env.get("TZ"))}`;
  }

  #format(left: Side, right: Side, edits: readonly Edit[]): Iterable<string> {
    const options = this.#options;
    if (options.ed) return edScript(right, edits);
    if (options.unified || options.unifiedLines !== undefined) {
      return unified(left, right, edits, contextOf(options.unifiedLines), this.#heading);
    }
    if (options.context || options.contextLines !== undefined) {
      return contextual(left, right, edits, contextOf(options.contextLines), this.#heading);
    }
    return normal(left, right, edits);
  }
}

function contextOf(text: string | true | undefined): number {
  if (text === undefined || text === true) return 3;
  if (!/^\d+$/.test(text)) throw new UsageError(`invalid context length '${text}'`);
  return Number(text);
}

function sameLines(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((line, i) => line === right[i]);
}

const HEADING_WIDTH = 40;

function headingOf(options: Options): Heading {
  const source = options.functionLine ?? (options.showFunction ? "^[[:alpha:]$_]" : undefined);
  if (source === undefined) return () => "";
  const regex = compileRegex(source, { syntax: "bre" });
  return ({ lines }, before) => {
    for (let i = before - 1; i >= 0; i--) {
      if (regex.test(lines[i]!)) return ` ${lines[i]!.slice(0, HEADING_WIDTH)}`;
    }
    return "";
  };
}
