import { type Conversion, floatFromNumber, formatFloat, formatInteger, formatNumber } from "@agentos/posix";
import { AwkError } from "./ast.ts";
import type { Characters } from "./characters.ts";
import { InputString, nonFiniteText, numberOf, type Value } from "./values.ts";

const SPEC = /%([-+ 0#']*)(\*|\d+)?(?:(\.)(\*|\d+)?)?[hlLjzt]*([a-zA-Z%])?/g;
const MAX_WIDTH = 10_000_000;

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
  return format.replaceAll(
    SPEC,
    (whole, flags: string, width, point, precision, letter: string | undefined) => {
      if (letter === "%") return "%";
      if (letter === undefined) return whole;
      let columns = width === "*" ? Math.trunc(numberOf(take())) : Number(width ?? 0);
      const left = flags.includes("-") || columns < 0;
      columns = Math.min(Math.abs(columns), MAX_WIDTH);
      const digits = precision === "*" ? Math.trunc(numberOf(take())) : Number(precision ?? 0);
      const conversion: Conversion = {
        left,
        plus: flags.includes("+"),
        space: flags.includes(" "),
        alternate: flags.includes("#"),
        zero: flags.includes("0"),
        grouped: false,
        width: columns,
        precision: point === undefined || digits < 0 ? undefined : Math.min(digits, MAX_WIDTH),
        letter,
      };
      return convert(conversion, whole, take, convfmt, characters);
    },
  );
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
    case "i":
      return integer(numberOf(take()), { ...conversion, letter: "d" });
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
