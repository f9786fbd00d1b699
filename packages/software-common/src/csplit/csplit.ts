import { isSysError, O_CREAT, O_TRUNC, O_WRONLY, sysError } from "@agentos/kernel/abi";
import {
  defineProgram,
  errorText,
  fail,
  LineReader,
  openInput,
  type Proc,
  quoteName,
  stdout,
  UsageError,
  Writer,
} from "@agentos/kernel/program";
import { printf, RegexLimitError } from "@agentos/posix";
import { quote } from "../shared/quote.ts";
import { parsePatterns, SplitError, type SplitPattern } from "./patterns.ts";

const MOST_CHARACTERS = 1 << 28;
const PLAIN = { dialect: "coreutils", quote: (word: string) => word, now: () => 0 } as const;

interface Output {
  name: (number: number) => string;
  quiet: boolean;
  elideEmpty: boolean;
  suppressMatched: boolean;
}

/** Writes lines of the input to numbered files. */
class Splitter {
  readonly #proc: Proc;
  readonly #lines: readonly string[];
  readonly #terminated: boolean;
  readonly #output: Output;
  readonly created: string[] = [];
  /** The next line to be written, and where the next search begins. */
  #at = 0;
  #searchFrom = 0;

  constructor(
    proc: Proc,
    { lines, terminated }: { lines: readonly string[]; terminated: boolean },
    output: Output,
  ) {
    this.#proc = proc;
    this.#lines = lines;
    this.#terminated = terminated;
    this.#output = output;
  }

  async run(patterns: readonly SplitPattern[]): Promise<void> {
    for (const pattern of patterns) {
      for (let round = 0; round <= pattern.repeat; round++) {
        const goesOn =
          pattern.kind === "line"
            ? await this.#splitAt(pattern, round)
            : await this.#splitBefore(pattern, round);
        if (!goesOn) return;
      }
    }
    await this.#write(this.#lines.length);
  }

  async #splitAt(pattern: SplitPattern & { kind: "line" }, round: number): Promise<boolean> {
    const end = pattern.line * (round + 1) - 1;
    if (end >= this.#lines.length) {
      await this.#write(this.#lines.length);
      throw this.#error(pattern, "line number out of range", round);
    }
    await this.#write(end);
    this.#searchFrom = Math.max(this.#searchFrom, this.#at);
    if (this.#output.suppressMatched) this.#at++;
    return true;
  }

  async #splitBefore(pattern: SplitPattern & { kind: "match" }, round: number): Promise<boolean> {
    const found = await this.#find(pattern);
    if (found === undefined) {
      if (!pattern.skip) await this.#write(this.#lines.length);
      if (pattern.repeat === Number.POSITIVE_INFINITY) return false;
      throw this.#error(pattern, "match not found", round);
    }
    const end = found + pattern.offset;
    if (end < this.#at || end > this.#lines.length) {
      if (!pattern.skip) await this.#write(end < this.#at ? this.#at : this.#lines.length);
      throw this.#error(pattern, "line number out of range", round);
    }
    if (pattern.skip) this.#at = end;
    else await this.#write(end);
    this.#searchFrom = (pattern.offset > 0 ? end : found) + 1;
    if (this.#output.suppressMatched) this.#at++;
    return true;
  }

  async #find({ regex }: SplitPattern & { kind: "match" }): Promise<number | undefined> {
    for (let at = this.#searchFrom; at < this.#lines.length; at++) {
      if (regex.test(this.#lines[at]!)) return at;
      const pause = this.#proc.yield();
      if (pause) await pause;
    }
    return undefined;
  }

  async #write(end: number): Promise<void> {
    const name = this.#output.name(this.created.length);
    if (this.#output.elideEmpty && this.#at >= end) return;
    const fd = await this.#proc.open(name, O_WRONLY | O_CREAT | O_TRUNC, 0o666);
    this.created.push(name);
    const out = new Writer(this.#proc, fd);
    let size = 0;
    for (; this.#at < end; this.#at++) {
      const last = this.#at === this.#lines.length - 1;
      const line = this.#lines[this.#at]! + (last && !this.#terminated ? "" : "\n");
      size += line.length;
      await out.writeLatin1(line);
      const pause = this.#proc.yield();
      if (pause) await pause;
    }
    await out.flush();
    await this.#proc.close(fd);
    if (!this.#output.quiet) await stdout(this.#proc).write(`${size}\n`);
  }

  #error({ text }: SplitPattern, problem: string, round: number): SplitError {
    return new SplitError(
      `${quote(this.#proc, text)}: ${problem}${round > 0 ? ` on repetition ${round}` : ""}`,
    );
  }
}

/** csplit: cuts a file into pieces at lines and matches. Source: csplit(1) of GNU coreutils. */
export default defineProgram({
  name: "csplit",
  summary: "Output pieces of FILE separated by PATTERN(s) to files 'xx00', 'xx01', ...",
  usage: "[OPTION]... FILE PATTERN...",
  options: {
    format: {
      short: "b",
      long: "suffix-format",
      value: "FORMAT",
      help: "use sprintf FORMAT instead of %02d",
    },
    prefix: { short: "f", long: "prefix", value: "PREFIX", help: "use PREFIX instead of 'xx'" },
    keep: { short: "k", long: "keep-files", help: "do not remove output files on errors" },
    suppressMatched: { long: "suppress-matched", help: "suppress the lines matching PATTERN" },
    digits: {
      short: "n",
      long: "digits",
      value: "DIGITS",
      help: "use specified number of digits instead of 2",
    },
    quiet: { short: "sq", long: ["quiet", "silent"], help: "do not print counts of output file sizes" },
    elideEmpty: { short: "z", long: "elide-empty-files", help: "remove empty output files" },
  },
  async run(proc, { options, operands }) {
    const [input, ...words] = operands;
    if (input === undefined) throw new UsageError("missing operand");
    if (words.length === 0) throw new UsageError(`missing operand after ${quote(proc, input)}`);
    const { prefix = "xx", digits = "2", quiet, elideEmpty, suppressMatched } = options;
    if (!/^\d{1,3}$/.test(digits)) return fail(proc, `invalid number: ${quote(proc, digits)}`);
    let splitter: Splitter | undefined;
    try {
      const suffix = suffixFormat(options.format ?? `%0${digits}d`);
      const name = (number: number): string => prefix + suffix(number);
      const patterns = await parsePatterns(proc, words);
      const lines = await readLines(proc, input);
      splitter = new Splitter(proc, lines, { name, quiet, elideEmpty, suppressMatched });
      await splitter.run(patterns);
      return 0;
    } catch (error) {
      if (!(error instanceof SplitError || error instanceof RegexLimitError || isSysError(error)))
        throw error;
      await stdout(proc).flush();
      if (!options.keep) for (const name of splitter?.created ?? []) await proc.unlink(name);
      return fail(proc, error.message);
    }
  },
});

/** A format with one directive for integers, as of printf(3). @throws SplitError */
function suffixFormat(format: string): (number: number) => string {
  const literal = format.replaceAll("%%", "");
  const directives = [...literal.matchAll(/%[-+ #0']*\d{0,3}(?:\.\d{0,3})?(.?)/g)];
  for (const [, letter = ""] of directives) {
    if (letter === "") throw new SplitError("missing conversion specifier in suffix");
    if (!/[diouxX]/.test(letter)) throw new SplitError(`invalid conversion specifier in suffix: ${letter}`);
  }
  if (directives.length === 0) throw new SplitError("missing % conversion specification in suffix");
  if (directives.length > 1) throw new SplitError("too many % conversion specifications in suffix");
  return (number) => printf(format, [String(number)], PLAIN).output;
}

async function readLines(proc: Proc, input: string): Promise<{ lines: string[]; terminated: boolean }> {
  let fd: number;
  try {
    fd = await openInput(proc, input);
  } catch (error) {
    throw new SplitError(`cannot open ${quoteName(input)} for reading: ${errorText(error)}`);
  }
  const reader = new LineReader(proc, fd);
  const lines: string[] = [];
  let characters = 0;
  for (let batch = await reader.next(); batch; batch = await reader.next()) {
    for (const line of batch) {
      lines.push(line);
      characters += line.length + 1;
    }
    if (characters > MOST_CHARACTERS) throw sysError("ENOMEM");
    const pause = proc.yield();
    if (pause) await pause;
  }
  return { lines, terminated: !reader.endsWithoutDelimiter };
}
