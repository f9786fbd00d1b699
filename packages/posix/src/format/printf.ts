// printf(1) and the printf builtin. Source: POSIX.1-2024 XCU printf; bash manual; GNU coreutils manual.

import { strftime } from "../time/strftime.ts";
import { type Conversion, formatFloat, formatInteger, formatString, MAX_WIDTH, pad } from "./conversion.ts";
import { byteChar, expandEscapes, joinBytes, readEscape } from "./escapes.ts";
import { parseLongDouble } from "./float.ts";
import { parseInteger } from "./parse-number.ts";

export interface PrintfOptions {
  /** Whose messages and details to follow: those of the shell's builtin or of coreutils' command. */
  dialect: "bash" | "coreutils";
  /** %q: quotes a word for the shell. */
  quote: (word: string) => string;
  /** %(…)T: now, in seconds since the epoch. */
  now: () => number;
  /** %(…)T with -2: when the shell was started. */
  startedAt?: number;
  /** The value of TZ. */
  timeZone?: string;
}

export interface PrintfResult {
  output: string;
  /** Messages for standard error, without "printf: ". */
  errors: string[];
  status: number;
}

/** Formats `args`, repeating the format while there are arguments left. */
export function printf(format: string, args: readonly string[], options: PrintfOptions): PrintfResult {
  return new Formatter(format, args, options).run();
}

const TIME_BUFFER = 128;

const SPEC =
  /%([-+ 0#']*)(\*|\d+)?(?:\.(\*|-?\d+)?)?(?:hh|h|ll|l|L|q(?=[diouxXeEfFgGaA])|j|z|t)?(\([^)]*\)T|.)?/suy;

class Formatter {
  readonly format: string;
  readonly args: readonly string[];
  readonly options: PrintfOptions;
  readonly errors: string[] = [];
  readonly parts: string[] = [];
  used = 0;
  stopped = false;
  status = 0;

  constructor(format: string, args: readonly string[], options: PrintfOptions) {
    this.format = format;
    this.args = args;
    this.options = options;
  }

  run(): PrintfResult {
    do {
      const before = this.used;
      this.pass();
      if (this.used === before) break;
    } while (!this.stopped && this.used < this.args.length);
    return { output: joinBytes(this.parts.join("")), errors: this.errors, status: this.status };
  }

  pass(): void {
    const { format } = this;
    const next = /[%\\]/g;
    for (let at = 0; at < format.length && !this.stopped; ) {
      next.lastIndex = at;
      const special = next.exec(format)?.index ?? format.length;
      if (special > at) this.parts.push(format.slice(at, special));
      if (special === format.length) return;
      at = format[special] === "%" ? this.conversion(special) : this.escape(special);
    }
  }

  escape(at: number): number {
    if (this.format[at + 1] === "c" && this.options.dialect === "coreutils") {
      this.stopped = true;
      return at + 2;
    }
    const { value, length } = readEscape(this.format, at, "format");
    this.parts.push(value);
    return at + length;
  }

  conversion(at: number): number {
    if (this.format[at + 1] === "%") {
      this.parts.push("%");
      return at + 2;
    }
    SPEC.lastIndex = at;
    const match = SPEC.exec(this.format)!;
    const [whole, flags, width, precision, letter] = match;
    if (letter === undefined) return this.fail(`\`${this.format.slice(at)}': missing format character`);
    const spec: Conversion = {
      left: flags!.includes("-"),
      plus: flags!.includes("+"),
      space: flags!.includes(" "),
      alternate: flags!.includes("#"),
      zero: flags!.includes("0"),
      grouped: flags!.includes("'"),
      width: width === "*" ? this.starArgument() : Number(width ?? 0),
      precision: whole.slice(0, -letter.length).includes(".")
        ? precision === "*"
          ? this.starArgument()
          : Number(precision ?? 0)
        : undefined,
      letter,
    };
    if (spec.width < 0) [spec.left, spec.width] = [true, -spec.width];
    spec.width = Math.min(spec.width, MAX_WIDTH);
    if (spec.precision !== undefined)
      spec.precision = spec.precision < 0 ? undefined : Math.min(spec.precision, MAX_WIDTH);
    if (!this.convert(spec)) return this.invalid(whole, letter);
    return at + whole.length;
  }

  invalid(whole: string, letter: string): number {
    if (this.options.dialect === "coreutils") return this.fail(`${whole}: invalid conversion specification`);
    return this.fail(`\`${letter}': invalid format character`);
  }

  /** Ends all output with an error. */
  fail(message: string): number {
    this.error(message);
    this.stopped = true;
    return this.format.length;
  }

  error(message: string): void {
    this.errors.push(message);
    this.status = 1;
  }

  next(): string | undefined {
    return this.args[this.used++];
  }

  starArgument(): number {
    return Number(this.integer(this.next() ?? "0", false));
  }

  convert(spec: Conversion): boolean {
    const { letter } = spec;
    if (letter.startsWith("(")) {
      this.parts.push(formatString(this.time(letter.slice(1, -2)), spec));
      return true;
    }
    switch (letter) {
      case "s":
        this.parts.push(formatString(this.next() ?? "", spec));
        return true;
      case "c":
        this.parts.push(pad(firstChar(this.next() ?? ""), spec));
        return true;
      case "b": {
        const { text, stop } = expandEscapes(this.next() ?? "", { style: "argument" });
        this.parts.push(formatString(text, spec));
        this.stopped ||= stop;
        return true;
      }
      case "q":
      case "Q":
        this.parts.push(formatString(this.options.quote(this.next() ?? ""), spec));
        return true;
      case "d":
      case "i":
      case "o":
      case "u":
      case "x":
      case "X":
        this.parts.push(
          formatInteger(this.integer(this.next() ?? "", letter !== "d" && letter !== "i"), spec),
        );
        return true;
      case "e":
      case "E":
      case "f":
      case "F":
      case "g":
      case "G":
      case "a":
      case "A":
        this.parts.push(formatFloat(this.float(this.next() ?? ""), spec, true));
        return true;
      default:
        return false;
    }
  }

  integer(text: string, unsigned: boolean): bigint {
    const quoted = quotedChar(text);
    if (quoted !== undefined) return BigInt(quoted);
    if (text === "" && this.used > this.args.length) return 0n;
    const { value, length, outOfRange } = parseInteger(text, unsigned);
    if (outOfRange) this.outOfRange(text);
    else if (length < text.length || length === 0) this.badNumber(text, length);
    return value;
  }

  float(text: string): ReturnType<typeof parseLongDouble>["value"] {
    const quoted = quotedChar(text);
    const { value, length } = parseLongDouble(quoted === undefined ? text : String(quoted));
    const missing = text === "" && this.used > this.args.length;
    if (quoted === undefined && !missing && (length < text.length || length === 0))
      this.badNumber(text, length);
    return value;
  }

  outOfRange(text: string): void {
    if (this.options.dialect === "bash") {
      this.errors.push(`warning: ${text}: Numerical result out of range`);
    } else this.error(`'${text}': Numerical result out of range`);
  }

  badNumber(text: string, length: number): void {
    if (this.options.dialect === "coreutils") {
      this.error(
        `'${text}': ${length === 0 ? "expected a numeric value" : "value not completely converted"}`,
      );
      return;
    }
    if (text === "") return;
    const kind = /^\s*[+-]?0[xX]/.test(text)
      ? "invalid hex number"
      : /^\s*[+-]?0\d/.test(text)
        ? "invalid octal number"
        : "invalid number";
    this.error(`${text}: ${kind}`);
  }

  time(format: string): string {
    const argument = this.next();
    const { now, startedAt, timeZone } = this.options;
    let seconds = argument === undefined ? -1 : Number(this.integer(argument, false));
    if (seconds === -1) seconds = now();
    else if (seconds === -2) seconds = startedAt ?? now();
    const text = strftime(format === "" ? "%X" : format, { seconds, nanoseconds: 0, timeZone });
    // bash formats into a buffer of this size and shows nothing when it is too small.
    return text.length < TIME_BUFFER ? text : "";
  }
}

/** The code of the character after a leading quote. */
function quotedChar(text: string): number | undefined {
  if (text[0] !== "'" && text[0] !== '"') return undefined;
  const code = text.codePointAt(1) ?? 0;
  if (code < 0xdc80 || code > 0xdcff) return code;
  return beyondUnicode(text) ?? code - 0xdc00;
}

/** Four bytes that would encode a character above U+10FFFF, if there were any; bash's printf takes them for one. */
function beyondUnicode(text: string): number | undefined {
  const match = /^.([\udcf4-\udcf7])([\udc80-\udcbf])([\udc80-\udcbf])([\udc80-\udcbf])/.exec(text);
  if (!match) return undefined;
  return match
    .slice(1)
    .reduce((code, byte, index) => (code << 6) | (byte.charCodeAt(0) & (index === 0 ? 7 : 0x3f)), 0);
}

/** %c prints the first byte, even of a character with several. */
function firstChar(text: string): string {
  const code = text.codePointAt(0);
  if (code === undefined || code < 0x80) return text.slice(0, 1);
  if (code >= 0xdc80 && code <= 0xdcff) return byteChar(code - 0xdc00);
  if (code < 0x800) return byteChar(0xc0 | (code >> 6));
  return byteChar(code < 0x10000 ? 0xe0 | (code >> 12) : 0xf0 | (code >> 18));
}
