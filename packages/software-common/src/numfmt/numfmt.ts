import {
  type Arguments,
  defineProgram,
  fail,
  LineReader,
  latin1ToOsString,
  type Proc,
  stdout,
  warn,
} from "@agentos/kernel/program";
import { parseRanges, type Range } from "../cut/ranges.ts";
import { invalidChoice } from "../shared/choice.ts";
import { quote } from "../shared/quote.ts";
import { parseSize } from "../shared/size.ts";
import { type Conversion, ConversionError, convert, type Scale } from "./convert.ts";
import { parseFormat } from "./format.ts";
import type { Rounding } from "./rational.ts";

const SCALES = ["none", "si", "iec", "iec-i"] as const;
const ROUNDINGS = ["up", "down", "from-zero", "towards-zero", "nearest"] as const;
const MODES = ["abort", "fail", "warn", "ignore"] as const;
const FAILED = 2;
const WIDEST = 65536;

/** A mistake in the arguments, without the hint at --help. */
class SettingError extends Error {}

const OPTIONS = {
  debug: { long: "debug", help: "print warnings about invalid input" },
  delimiter: {
    short: "d",
    long: "delimiter",
    value: "X",
    help: "use X instead of whitespace for field delimiter",
  },
  field: { long: "field", value: "FIELDS", help: "replace the numbers in these input fields (default=1)" },
  format: { long: "format", value: "FORMAT", help: "use printf style floating-point FORMAT" },
  from: { long: "from", value: "UNIT", help: "auto-scale input numbers to UNITs; default is 'none'" },
  fromUnit: { long: "from-unit", value: "N", help: "specify the input unit size (instead of the default 1)" },
  grouping: { long: "grouping", help: "use locale-defined grouping of digits" },
  header: {
    long: "header",
    value: "N",
    optional: true,
    help: "print (without converting) the first N header lines",
  },
  invalid: { long: "invalid", value: "MODE", help: "failure mode: abort (default), fail, warn, ignore" },
  padding: {
    long: "padding",
    value: "N",
    help: "pad the output to N characters; negative N will left-align",
  },
  round: { long: "round", value: "METHOD", help: "up, down, from-zero (default), towards-zero, nearest" },
  suffix: {
    long: "suffix",
    value: "SUFFIX",
    help: "add SUFFIX to output numbers, and accept it in input numbers",
  },
  to: { long: "to", value: "UNIT", help: "auto-scale output numbers to UNITs" },
  toUnit: { long: "to-unit", value: "N", help: "the output unit size (instead of the default 1)" },
  zero: { short: "z", long: "zero-terminated", help: "line delimiter is NUL, not newline" },
} as const;

interface Settings {
  conversion: Conversion;
  fields: readonly Range[];
  delimiter: string | undefined;
  /** Columns; negative aligns at the left, undefined keeps the width of the field. */
  padding: number | undefined;
  dress: (number: string) => string;
  mode: (typeof MODES)[number];
}

function choose<T extends string>(proc: Proc, text: string, option: string, words: readonly T[]): T {
  const found = words.filter((word) => word.startsWith(text));
  const word = words.find((one) => one === text) ?? (found.length === 1 ? found[0] : undefined);
  if (word === undefined)
    throw invalidChoice(
      proc,
      text,
      option,
      words.map((one) => [one]),
    );
  return word;
}

function settingsOf(proc: Proc, options: Arguments<typeof OPTIONS>["options"]): Settings {
  const { delimiter, padding, format } = options;
  const from: Scale = choose(proc, options.from ?? "none", "--from", ["none", "auto", ...SCALES.slice(1)]);
  const to: Scale = choose(proc, options.to ?? "none", "--to", SCALES);
  const rounding: Rounding = choose(proc, options.round ?? "from-zero", "--round", ROUNDINGS);
  const mode = choose(proc, options.invalid ?? "abort", "--invalid", MODES);
  if (delimiter !== undefined && [...delimiter].length > 1)
    throw new SettingError("the delimiter must be a single character");
  if (padding !== undefined && !/^[-+]?0*[1-9]\d{0,8}$/.test(padding))
    throw new SettingError(`invalid padding value ${quote(proc, padding)}`);
  if (options.grouping && to !== "none") throw new SettingError("grouping cannot be combined with --to");
  if (format !== undefined && options.grouping)
    throw new SettingError("--grouping cannot be combined with --format");
  const directive = format === undefined ? undefined : parseFormat(proc, format);
  if (typeof directive === "string") throw new SettingError(directive);
  const unit = (text: string | undefined): bigint => unitSize(proc, text);
  const { suffix = "" } = options;
  return {
    conversion: {
      from,
      to,
      fromUnit: unit(options.fromUnit),
      toUnit: unit(options.toUnit),
      rounding,
      suffix,
      precision: directive?.precision,
    },
    fields: parseRanges((options.field ?? "1").replace(/^-$/, "1-"), "fields", false, (text) =>
      quote(proc, text),
    ),
    delimiter,
    padding: padding === undefined ? directive && 0 : Math.max(-WIDEST, Math.min(Number(padding), WIDEST)),
    dress: directive?.dress ?? ((number) => number),
    mode,
  };
}

function unitSize(proc: Proc, text: string | undefined): bigint {
  if (text === undefined) return 1n;
  const match = /^(\d+)([KMGTPEZY]i?)?$/.exec(text);
  const decimal = match?.[2] && !match[2].endsWith("i") ? `${text}B` : text;
  const size = match ? parseSize(decimal.endsWith("i") ? `${decimal}B` : decimal) : "invalid";
  if (typeof size === "string" || size === 0n)
    throw new SettingError(`invalid unit size: ${quote(proc, text)}`);
  return size;
}

/** numfmt: numbers from and to forms for people. Source: numfmt(1) of GNU coreutils. */
export default defineProgram({
  name: "numfmt",
  summary: "Reformat NUMBER(s), or the numbers from standard input if none are specified.",
  usage: "[OPTION]... [NUMBER]...",
  options: OPTIONS,
  async run(proc, { options, operands }) {
    let settings: Settings;
    try {
      settings = settingsOf(proc, options);
    } catch (error) {
      if (error instanceof SettingError) return fail(proc, error.message);
      throw error;
    }
    const { header } = options;
    const skipped =
      header === undefined ? 0 : header === true ? 1 : /^\d{1,15}$/.test(header) ? Number(header) : 0;
    if (typeof header === "string" && skipped === 0)
      return fail(proc, `invalid header value ${quote(proc, header)}`);
    const reformatter = new Reformatter(proc, settings, options.zero ? "\0" : "\n");
    try {
      if (operands.length > 0) for (const number of operands) await reformatter.line(number);
      else await reformatter.input(skipped);
    } catch (error) {
      if (!(error instanceof ConversionError)) throw error;
      await stdout(proc).flush();
      return fail(proc, error.message, FAILED);
    }
    return reformatter.failed && settings.mode === "fail" ? FAILED : 0;
  },
});

class Reformatter {
  readonly #proc: Proc;
  readonly #settings: Settings;
  readonly #end: string;
  failed = false;

  constructor(proc: Proc, settings: Settings, end: string) {
    this.#proc = proc;
    this.#settings = settings;
    this.#end = end;
  }

  async input(skipped: number): Promise<void> {
    const reader = new LineReader(this.#proc, 0, this.#end.charCodeAt(0));
    let left = skipped;
    for (let batch = await reader.next(); batch; batch = await reader.next()) {
      for (const line of batch) {
        if (left-- > 0) await stdout(this.#proc).writeLatin1(line + this.#end);
        else await this.line(latin1ToOsString(line));
        const pause = this.#proc.yield();
        if (pause) await pause;
      }
    }
  }

  async line(line: string): Promise<void> {
    const { delimiter, fields } = this.#settings;
    const parts =
      delimiter === undefined
        ? (line.match(/[ \t]*[^ \t]+(?:[ \t]+$)?|^[ \t]*$/g) ?? [line])
        : line.split(delimiter);
    const out: string[] = [];
    for (const [index, part] of parts.entries()) {
      // One blank ends the field before.
      const field = delimiter === undefined && index > 0 ? part.slice(1) : part;
      const wanted = fields.some(({ first, last }) => index + 1 >= first && index + 1 <= last);
      out.push(wanted ? await this.#field(field, index) : field);
    }
    await stdout(this.#proc).write(out.join(delimiter ?? " ") + this.#end);
  }

  async #field(text: string, index: number): Promise<string> {
    const { conversion, padding, dress, mode, delimiter } = this.#settings;
    const number = text.trimStart();
    let shown: string;
    try {
      shown = convert(this.#proc, number, conversion);
    } catch (error) {
      if (!(error instanceof ConversionError) || mode === "abort") throw error;
      this.failed = true;
      if (mode !== "ignore") {
        await stdout(this.#proc).flush();
        await warn(this.#proc, error.message);
      }
      return text;
    }
    const natural = delimiter === undefined && (index > 0 || text !== number) ? text.length : 0;
    const width = padding ?? natural;
    const padded = width < 0 ? shown.padEnd(-width) : shown.padStart(width);
    return dress(padded);
  }
}
