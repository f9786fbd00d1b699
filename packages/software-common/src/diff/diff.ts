import { isDirectory, isSymlink, O_RDONLY, type Stat } from "@agentos/kernel/abi";
import { defineProgram, errorText, type Proc, stdout, UsageError, warn } from "@agentos/kernel/program";
import { compilePattern, compileRegex, type Regex } from "@agentos/posix";
import { isoTime } from "../shared/file-time.ts";
import { fileTypeName } from "../shared/mode-string.ts";
import { baseName } from "../shared/path-names.ts";
import { join } from "../shared/paths.ts";
import { shownName } from "../shared/quote.ts";
import { colored } from "./color.ts";
import { contextual, type Heading, normal, type Side, unified } from "./formats.ts";
import { type Edit, editsOf } from "./hunks.ts";
import { type FileLines, readLines, Symbols } from "./lines.ts";
import { compare } from "./myers.ts";
import { contextLines, isColored, type Options, options, type Style, styleOf, widthOf } from "./options.ts";
import { edScript, forwardEdScript, rcsScript } from "./scripts.ts";
import { sideBySide } from "./side-by-side.ts";

export default defineProgram({
  name: "diff",
  summary: "compare files line by line",
  usage: "[OPTION]... FILES",
  usageStatus: 2,
  usageHint: "diff: Try 'diff --help' for more information.",
  options,
  async run(proc, { options, operands, order }) {
    const comparison = new Comparison(proc, options, styleOf(options, order), operands);
    const { fromFile, toFile } = options;
    let status = 0;
    for (const [left, right] of pairsOf(operands, fromFile, toFile)) {
      status = Math.max(status, await comparison.operands(left, right));
    }
    return status;
  },
});

function pairsOf(
  operands: readonly string[],
  fromFile: string | undefined,
  toFile: string | undefined,
): [string, string][] {
  if (fromFile !== undefined && toFile !== undefined) {
    throw new UsageError("--from-file and --to-file both specified");
  }
  if (fromFile !== undefined) return operands.map((operand) => [fromFile, operand]);
  if (toFile !== undefined) return operands.map((operand) => [operand, toFile]);
  const [left, right, extra] = operands;
  if (right === undefined) throw new UsageError(`missing operand after '${left ?? "diff"}'`);
  if (extra !== undefined) throw new UsageError(`extra operand '${extra}'`);
  return [[left!, right]];
}

/** What one side is: a path, standard input, or nothing (-N). */
interface Place {
  path: string;
  stat: Stat | undefined;
}

class Comparison {
  readonly #proc: Proc;
  readonly #options: Options;
  readonly #heading: Heading;
  readonly #style: Style;
  readonly #colored: boolean;
  readonly #ignoring: Regex[];
  /** The command and its options, as the headings of recursive comparisons show them. */
  readonly #command: string;

  constructor(proc: Proc, options: Options, style: Style, operands: readonly string[]) {
    this.#proc = proc;
    this.#options = options;
    this.#style = style;
    this.#heading = headingOf(options);
    this.#colored = isColored(proc, options);
    this.#ignoring = options.ignoreMatching.map((source) => compileRegex(source, { syntax: "bre" }));
    const words = proc.argv.slice(1);
    for (const operand of operands) words.splice(words.lastIndexOf(operand), 1);
    this.#command = ["diff", ...words.map(shownName)].join(" ");
  }

  /** 0 the same, 1 different, 2 trouble. */
  async operands(left: string, right: string): Promise<number> {
    let [a, b] = [await this.#place(left), await this.#place(right)];
    if (!a || !b) return 2;
    if (!a.stat && !b.stat) {
      for (const path of [left, right]) await warn(this.#proc, `${path}: No such file or directory`);
      return 2;
    }
    if (isSame(a, b)) return this.#identical(a, b);
    if (a.stat && b.stat && isDirectory(a.stat.mode) && isDirectory(b.stat.mode))
      return this.#directories(left, right);
    if (a.stat && isDirectory(a.stat.mode)) a = await this.#place(join(left, baseName(right)));
    else if (b.stat && isDirectory(b.stat.mode)) b = await this.#place(join(right, baseName(left)));
    if (!a || !b) return 2;
    return this.#files(a, b, false);
  }

  async #place(path: string): Promise<Place | undefined> {
    try {
      const { noDereference } = this.#options;
      if (path === "-") return { path, stat: await this.#proc.fstat(0) };
      return { path, stat: await (noDereference ? this.#proc.lstat(path) : this.#proc.stat(path)) };
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
    const { newFile, newFileLeft, recursive } = this.#options;
    if (!newFile && !(hasLeft && hasRight) && !(newFileLeft && hasRight)) {
      await stdout(proc).write(`Only in ${hasLeft ? left : right}: ${name}\n`);
      return 1;
    }
    const absent = (path: string): Place => ({ path, stat: undefined });
    const a = hasLeft ? await this.#place(join(left, name)) : absent(join(left, name));
    const b = hasRight ? await this.#place(join(right, name)) : absent(join(right, name));
    if (!a || !b) return 2;
    if (isSame(a, b)) return this.#identical(a, b);
    const directories = [a, b].map(({ stat }) => stat !== undefined && isDirectory(stat.mode));
    if (directories[0] && directories[1]) {
      if (recursive) return this.#directories(a.path, b.path);
      await stdout(proc).write(`Common subdirectories: ${a.path} and ${b.path}\n`);
      return 0;
    }
    if (directories[0] || directories[1]) {
      return this.#differentKinds(a, b);
    }
    return this.#files(a, b, true);
  }

  async #differentKinds(a: Place, b: Place): Promise<number> {
    if (!a.stat || !b.stat) return 1;
    const kind = ({ mode, size }: Stat) => fileTypeName(mode, size);
    await stdout(this.#proc).write(
      `File ${a.path} is a ${kind(a.stat)} while file ${b.path} is a ${kind(b.stat)}\n`,
    );
    return 1;
  }

  async #identical(a: Place, b: Place): Promise<number> {
    if (this.#options.same && a.stat && !isDirectory(a.stat.mode)) {
      await stdout(this.#proc).write(`Files ${a.path} and ${b.path} are identical\n`);
    }
    return 0;
  }

  async #files(a: Place, b: Place, announced: boolean): Promise<number> {
    const proc = this.#proc;
    const out = stdout(proc);
    const isLink = ({ stat }: Place) => stat !== undefined && isSymlink(stat.mode);
    if (isLink(a) || isLink(b)) return this.#links(a, b);
    const [left, right] = [await this.#read(a), await this.#read(b)];
    if (!left || !right) return 2;
    const options = this.#options;
    if ((left.binary || right.binary) && !options.text) {
      const equal = left.incomplete === right.incomplete && sameLines(left.lines, right.lines);
      if (equal) return this.#identical(a, b);
      await out.write(`${options.brief ? "Files" : "Binary files"} ${a.path} and ${b.path} differ\n`);
      return 1;
    }
    const script = this.#style === "ed" || this.#style === "forwardEd";
    const edits = await this.#edits(left, right, script);
    let status = edits.length > 0 ? 1 : 0;
    for (const [{ path }, { incomplete }] of [
      [a, left],
      [b, right],
    ] as const) {
      if (!script || !incomplete) continue;
      await warn(proc, `${path}: No newline at end of file\n`);
      status = 2;
    }
    if (edits.length === 0 && this.#style !== "sideBySide") {
      return Math.max(status, await this.#identical(a, b));
    }
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
      const pause = out.writeLatin1(this.#colored ? colored(text) : text) ?? proc.yield();
      if (pause) await pause;
    }
    return status;
  }

  async #links(a: Place, b: Place): Promise<number> {
    const links = [a, b].every(({ stat }) => stat !== undefined && isSymlink(stat.mode));
    if (!links) return this.#differentKinds(a, b);
    if ((await this.#proc.readlink(a.path)) === (await this.#proc.readlink(b.path)))
      return this.#identical(a, b);
    await stdout(this.#proc).write(`Symbolic links ${a.path} and ${b.path} differ\n`);
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

  async #edits(left: FileLines, right: FileLines, ignoreMissingNewline: boolean): Promise<Edit[]> {
    const options = this.#options;
    const symbols = new Symbols({
      ignoreCase: options.ignoreCase,
      ignoreSpaceChange: options.ignoreSpaceChange,
      ignoreAllSpace: options.ignoreAllSpace,
      ignoreTrailingSpace: options.ignoreTrailing,
      ignoreTabExpansion: options.ignoreTabs,
      stripCarriageReturn: options.stripCr,
      ignoreMissingNewline,
    });
    const pause = () => this.#proc.yield();
    const [a, b] = [await symbols.of(left, pause), await symbols.of(right, pause)];
    const marks = await compare(a, b, this.#horizon(), pause);
    return editsOf(marks).filter((edit) => !this.#ignored(edit, left.lines, right.lines));
  }

  /** How many equal lines around the changes are compared again: as many as are shown. */
  #horizon(): number {
    const shown = this.#style === "unified" || this.#style === "context" ? contextLines(this.#options) : 0;
    return Math.max(shown, Number(this.#options.horizon ?? 0));
  }

  #ignored(edit: Edit, left: readonly string[], right: readonly string[]): boolean {
    const { ignoreBlankLines } = this.#options;
    if (!ignoreBlankLines && this.#ignoring.length === 0) return false;
    const lines = [
      ...left.slice(edit.left, edit.left + edit.deleted),
      ...right.slice(edit.right, edit.right + edit.inserted),
    ];
    return lines.every(
      (line) => (ignoreBlankLines && line === "") || this.#ignoring.some((regex) => regex.test(line)),
    );
  }

  #label({ path, stat }: Place): string {
    return `${path}\t${isoTime(stat?.mtimeNs ?? 0n, this.#proc.env.get("TZ"))}`;
  }

  #format(left: Side, right: Side, edits: readonly Edit[]): Iterable<string> {
    const options = this.#options;
    const layout = { initialTab: options.initialTab, expandTabs: options.expandTabs };
    switch (this.#style) {
      case "ed":
        return edScript(right, edits);
      case "forwardEd":
        return forwardEdScript(right, edits);
      case "rcs":
        return rcsScript(right, edits);
      case "unified":
        return unified(left, right, edits, contextLines(options), this.#heading, layout);
      case "context":
        return contextual(left, right, edits, contextLines(options), this.#heading, layout);
      case "sideBySide":
        return sideBySide(left, right, edits, { ...options, width: widthOf(options) });
      case "normal":
        return normal(left, right, edits, layout);
    }
  }
}

/** Whether both are the same file, so that there is nothing to compare. */
function isSame(a: Place, b: Place): boolean {
  return a.stat !== undefined && a.stat.dev === b.stat?.dev && a.stat.ino === b.stat.ino;
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
