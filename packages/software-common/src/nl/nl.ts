import { defineProgram, fail, osStringToLatin1, type Proc, UsageError } from "@agentos/kernel/program";
import { compileRegex, type Regex, RegexError } from "@agentos/posix";
import { forEachInput } from "../shared/inputs.ts";
import { filterLines } from "../shared/line-filter.ts";
import { quote } from "../shared/quote.ts";

const WIDEST = 65536;

type Style = "all" | "nonempty" | "none" | Regex;
type Section = "header" | "body" | "footer";

function styleOf(text: string): Style | undefined {
  if (text === "a") return "all";
  if (text === "t") return "nonempty";
  if (text === "n") return "none";
  if (!text.startsWith("p")) return undefined;
  return compileRegex(osStringToLatin1(text.slice(1)), { syntax: "bre", encoding: "latin1" });
}

interface Numbering {
  styles: Record<Section, Style>;
  delimiter: string;
  start: number;
  increment: number;
  width: number;
  format: "ln" | "rn" | "rz";
  separator: string;
  joinBlank: number;
  keepNumber: boolean;
}

class Numberer {
  readonly #numbering: Numbering;
  #section: Section = "body";
  #number: number;
  #blanks = 0;

  constructor(numbering: Numbering) {
    this.#numbering = numbering;
    this.#number = numbering.start;
  }

  line(text: string): string {
    const section = this.#sectionStart(text);
    if (section !== undefined) {
      this.#section = section;
      if (!this.#numbering.keepNumber) this.#number = this.#numbering.start;
      return "\n";
    }
    return `${this.#prefix(text)}${text}\n`;
  }

  #sectionStart(text: string): Section | undefined {
    const { delimiter } = this.#numbering;
    if (delimiter === "") return undefined;
    if (text === delimiter.repeat(3)) return "header";
    if (text === delimiter.repeat(2)) return "body";
    return text === delimiter ? "footer" : undefined;
  }

  #prefix(text: string): string {
    const { width, separator, increment } = this.#numbering;
    if (!this.#counts(text)) return " ".repeat(width + separator.length);
    const number = this.#shown(this.#number);
    this.#number += increment;
    return number + separator;
  }

  #counts(text: string): boolean {
    const { styles, joinBlank } = this.#numbering;
    const style = styles[this.#section];
    if (style === "none") return false;
    if (style === "nonempty") return text !== "";
    if (style !== "all") return style.test(text);
    if (text !== "" || joinBlank <= 1) return true;
    this.#blanks = (this.#blanks + 1) % joinBlank;
    return this.#blanks === 0;
  }

  #shown(number: number): string {
    const { format, width } = this.#numbering;
    if (format === "ln") return String(number).padEnd(width);
    if (format === "rn") return String(number).padStart(width);
    const digits = String(Math.abs(number));
    return number < 0 ? `-${digits.padStart(width - 1, "0")}` : digits.padStart(width, "0");
  }
}

class NumberError extends Error {}

function integer(
  proc: Proc,
  text: string | undefined,
  standard: number,
  what: string,
  least: number,
): number {
  if (text === undefined) return standard;
  const value = /^[-+]?\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least)) throw new NumberError(`invalid ${what}: ${quote(proc, text)}`);
  return value;
}

export default defineProgram({
  name: "nl",
  summary: "Write each FILE to standard output, with line numbers added.",
  usage: "[OPTION]... [FILE]...",
  options: {
    body: { short: "b", long: "body-numbering", value: "STYLE", help: "use STYLE for numbering body lines" },
    delimiter: {
      short: "d",
      long: "section-delimiter",
      value: "CC",
      help: "use CC for logical page delimiters",
    },
    footer: {
      short: "f",
      long: "footer-numbering",
      value: "STYLE",
      help: "use STYLE for numbering footer lines",
    },
    header: {
      short: "h",
      long: "header-numbering",
      value: "STYLE",
      help: "use STYLE for numbering header lines",
    },
    increment: {
      short: "i",
      long: "line-increment",
      value: "NUMBER",
      help: "line number increment at each line",
    },
    joinBlank: {
      short: "l",
      long: "join-blank-lines",
      value: "NUMBER",
      help: "group of NUMBER empty lines counted as one",
    },
    format: {
      short: "n",
      long: "number-format",
      value: "FORMAT",
      help: "insert line numbers according to FORMAT: ln, rn, rz",
    },
    keepNumber: { short: "p", long: "no-renumber", help: "do not reset line numbers for each section" },
    separator: {
      short: "s",
      long: "number-separator",
      value: "STRING",
      help: "add STRING after (possible) line number",
    },
    start: {
      short: "v",
      long: "starting-line-number",
      value: "NUMBER",
      help: "first line number for each section",
    },
    width: { short: "w", long: "number-width", value: "NUMBER", help: "use NUMBER columns for line numbers" },
  },
  async run(proc, { options, operands }) {
    const style = (text: string | undefined, standard: string, section: Section): Style => {
      const found = styleOf(text ?? standard);
      if (found === undefined)
        throw new UsageError(`invalid ${section} numbering style: ${quote(proc, text ?? "")}`);
      return found;
    };
    try {
      const delimiter = osStringToLatin1(options.delimiter ?? "\\:");
      const format = options.format ?? "rn";
      if (format !== "ln" && format !== "rn" && format !== "rz") {
        throw new UsageError(`invalid line numbering format: ${quote(proc, format)}`);
      }
      const numberer = new Numberer({
        styles: {
          header: style(options.header, "n", "header"),
          body: style(options.body, "t", "body"),
          footer: style(options.footer, "n", "footer"),
        },
        delimiter: delimiter.length === 1 ? `${delimiter}:` : delimiter,
        start: integer(proc, options.start, 1, "starting line number", Number.NEGATIVE_INFINITY),
        increment: integer(proc, options.increment, 1, "line number increment", Number.NEGATIVE_INFINITY),
        width: Math.min(integer(proc, options.width, 6, "line number field width", 1), WIDEST),
        format,
        separator: osStringToLatin1(options.separator ?? "\t"),
        joinBlank: integer(proc, options.joinBlank, 1, "line number of blank lines", 1),
        keepNumber: options.keepNumber,
      });
      return await forEachInput(proc, operands, (fd) => filterLines(proc, fd, (line) => numberer.line(line)));
    } catch (error) {
      if (error instanceof NumberError || error instanceof RegexError) return fail(proc, error.message);
      throw error;
    }
  },
});
