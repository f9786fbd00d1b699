import { type Conversion, floatFromNumber, formatFloat, formatInteger, formatNumber } from "@agentos/posix";
import { AwkError } from "./ast.ts";
import type { Characters } from "./characters.ts";
import { InputString, nonFiniteText, numberOf, type Value } from "./values.ts";

const SPEC = /%([-+ 0#']*)(\*|\d+)?(?:(\.)(\*|\d+)?)?[hlLjzt]*([a-zA-Z%])?/g;
const MAX_WIDTH = 10_000_000;
const MAX_CACHED = 100;

/** One conversion of a format; "*" asks the arguments. */
interface Spec {
  whole: string;
  conversion: Conversion;
  width: "*" | undefined;
  precision: "*" | undefined;
  /** No flag, width or precision. */
  bare: boolean;
}

const parsed = new Map<string, readonly (string | Spec)[]>();

/** sprintf() of awk: numbers are doubles, texts latin1. */
export function sprintf(
  format: string,
  args: readonly Value[],
  convfmt: (value: Value) => string,
  characters: Characters,
): string {
  let next = 0;
  const take = (): Value => {
    if (next >= args.length) throw new AwkError("fatal: not enough arguments to satisfy format string");
    return args[next++];
  };
  let out = "";
  for (const part of partsOf(format)) {
    if (typeof part === "string") out += part;
    else if (part.bare && part.conversion.letter === "s") out += convfmt(take());
    else if (part.bare && part.conversion.letter === "d")
      out += bareInteger(numberOf(take()), part.conversion);
    else out += convert(conversionOf(part, take), part.whole, take, convfmt, characters);
  }
  return out;
}

function partsOf(format: string): readonly (string | Spec)[] {
  let parts = parsed.get(format);
  if (parts === undefined) {
    parts = parseFormat(format);
    if (parsed.size >= MAX_CACHED) parsed.clear();
    if (format.length < 1000) parsed.set(format, parts);
  }
  return parts;
}

function parseFormat(format: string): (string | Spec)[] {
  const parts: (string | Spec)[] = [];
  let done = 0;
  for (const match of format.matchAll(SPEC)) {
    const [whole, flags, width, point, precision, letter] = match;
    if (match.index > done) parts.push(format.slice(done, match.index));
    done = match.index + whole.length;
    if (letter === "%") parts.push("%");
    else if (letter === undefined) parts.push(whole);
    else parts.push(spec(whole, flags!, width, point === undefined ? undefined : (precision ?? "0"), letter));
  }
  if (done < format.length) parts.push(format.slice(done));
  return parts;
}

function spec(
  whole: string,
  flags: string,
  width: string | undefined,
  precision: string | undefined,
  letter: string,
): Spec {
  return {
    whole,
    conversion: {
      left: flags.includes("-"),
      plus: flags.includes("+"),
      space: flags.includes(" "),
      alternate: flags.includes("#"),
      zero: flags.includes("0"),
      grouped: false,
      width: width === "*" ? 0 : Math.min(Number(width ?? 0), MAX_WIDTH),
      precision:
        precision === undefined || precision === "*" ? undefined : Math.min(Number(precision), MAX_WIDTH),
      letter: letter === "i" ? "d" : letter,
    },
    width: width === "*" ? "*" : undefined,
    precision: precision === "*" ? "*" : undefined,
    bare: flags === "" && width === undefined && precision === undefined,
  };
}

function conversionOf({ conversion, width, precision }: Spec, take: () => Value): Conversion {
  if (width === undefined && precision === undefined) return conversion;
  const out = { ...conversion };
  if (width !== undefined) {
    const columns = Math.trunc(numberOf(take()));
    out.left ||= columns < 0;
    out.width = Math.min(Math.abs(columns), MAX_WIDTH);
  }
  if (precision !== undefined) {
    const digits = Math.trunc(numberOf(take()));
    out.precision = digits < 0 ? undefined : Math.min(digits, MAX_WIDTH);
  }
  return out;
}

function bareInteger(value: number, conversion: Conversion): string {
  const whole = Math.trunc(value);
  if (Number.isSafeInteger(whole)) return whole === 0 ? "0" : String(whole);
  return integer(value, conversion);
}

function convert(
  conversion: Conversion,
  whole: string,
  take: () => Value,
  toText: (value: Value) => string,
  characters: Characters,
): string {
  switch (conversion.letter) {
    case "d":
    case "o":
    case "u":
    case "x":
    case "X":
      return integer(numberOf(take()), conversion);
    case "e":
    case "E":
    case "f":
    case "F":
    case "g":
    case "G":
      return float(numberOf(take()), conversion);
    case "a":
    case "A":
      return formatFloat(floatFromNumber(numberOf(take())), conversion, false);
    case "c":
      return padText(character(take(), characters), conversion, characters);
    case "s": {
      const text = toText(take());
      const { precision } = conversion;
      return padText(
        precision === undefined ? text : characters.substr(text, 1, precision),
        conversion,
        characters,
      );
    }
    default:
      return whole;
  }
}

function integer(value: number, conversion: Conversion): string {
  if (!Number.isFinite(value)) return nonFinite(value, conversion);
  const whole = Math.trunc(value);
  const negative = whole < 0 && conversion.letter !== "d";
  // gawk: a negative number has no unsigned form.
  if (negative) return formatNumber(whole, { ...conversion, letter: "f", precision: 0 });
  return formatInteger(BigInt(whole), conversion);
}

function float(value: number, conversion: Conversion): string {
  return Number.isFinite(value) ? formatNumber(value, conversion) : nonFinite(value, conversion);
}

function nonFinite(value: number, { left, width }: Conversion): string {
  const text = nonFiniteText(value);
  return left ? text.padEnd(width) : text.padStart(width);
}

function character(value: Value, characters: Characters): string {
  if (typeof value === "number") return characters.char(Math.trunc(value));
  if (value === undefined || value === "") return "\0";
  if (value instanceof InputString) {
    return value.looksNumeric ? characters.char(Math.trunc(value.number)) : characters.first(value.text);
  }
  return characters.first(value);
}

function padText(text: string, { width, left }: Conversion, characters: Characters): string {
  if (width === 0) return text;
  const missing = width - characters.length(text);
  if (missing <= 0) return text;
  return left ? text + " ".repeat(missing) : " ".repeat(missing) + text;
}
