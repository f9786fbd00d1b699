import type { Proc } from "@agentos/kernel/program";
import { quote } from "../shared/quote.ts";
import {
  compareMagnitude,
  parseRational,
  type Rational,
  type Rounding,
  rational,
  round,
  times,
  toFixed,
} from "./rational.ts";

export type Scale = "none" | "auto" | "si" | "iec" | "iec-i";

export interface Conversion {
  from: Scale;
  to: Scale;
  fromUnit: bigint;
  toUnit: bigint;
  rounding: Rounding;
  suffix: string;
  /** Digits after the point that --format asks for. */
  precision: number | undefined;
}

/** A number that cannot be converted; what happens then is up to --invalid. */
export class ConversionError extends Error {}

const LETTERS = "KMGTPEZY";
const MOST_DIGITS = 33;
const MOST_UNSCALED_DIGITS = 18;

/** The number in other units. @throws ConversionError */
export function convert(proc: Proc, text: string, conversion: Conversion): string {
  const { suffix } = conversion;
  const bare = suffix !== "" && text.length > suffix.length && text.endsWith(suffix);
  const { value, precision } = parse(proc, bare ? text.slice(0, -suffix.length) : text, conversion.from);
  const scaled = times(value, conversion.fromUnit, conversion.toUnit);
  return show(scaled, precision, conversion) + suffix;
}

function parse(proc: Proc, text: string, from: Scale): { value: Rational; precision: number } {
  const match = /^-?\d+(?:\.(\d*))?/.exec(text);
  if (!match || match[0].endsWith(".")) throw new ConversionError(`invalid number: ${quote(proc, text)}`);
  const [digits, fraction = ""] = match;
  if (digits.replace(/\D/g, "").length > MOST_DIGITS)
    throw new ConversionError(`value too large to be converted: ${quote(proc, text)}`);
  const value = parseRational(digits);
  const rest = text.slice(digits.length).replace(/^[ \t]+/, "");
  if (rest === "") return { value, precision: fraction.length };
  const power = BigInt(LETTERS.indexOf(rest[0]!) + 1);
  if (power === 0n) throw new ConversionError(`invalid suffix in input: ${quote(proc, text)}`);
  if (from === "none")
    throw new ConversionError(`rejecting suffix in input: ${quote(proc, text)} (consider using --from)`);
  const binary = rest[1] === "i" && (from === "auto" || from === "iec-i");
  if (from === "iec-i" && !binary)
    throw new ConversionError(`missing 'i' suffix in input: ${quote(proc, text)} (e.g Ki/Mi/Gi)`);
  const garbage = rest.slice(binary ? 2 : 1);
  if (garbage !== "")
    throw new ConversionError(`invalid suffix in input ${quote(proc, text)}: ${quote(proc, garbage)}`);
  const base = binary || from === "iec" ? 1024n : 1000n;
  return { value: times(value, base ** power), precision: 0 };
}

function show(value: Rational, inputPrecision: number, conversion: Conversion): string {
  const { to, rounding } = conversion;
  const precision = conversion.precision ?? inputPrecision;
  if (to === "none") {
    const digits = toFixed(value, 0).replace("-", "").length;
    if (digits + precision > MOST_UNSCALED_DIGITS) throw tooLarge(value, precision);
    const factor = 10n ** BigInt(precision);
    return toFixed(rational(round(times(value, factor), rounding), factor), precision);
  }
  const base = to === "si" ? 1000n : 1024n;
  let power = 0;
  let scaled = value;
  for (; compareMagnitude(scaled, base) >= 0 && power < LETTERS.length; power++)
    scaled = times(scaled, 1n, base);
  const small = compareMagnitude(scaled, 10n) < 0;
  const kept =
    10n **
    BigInt(conversion.precision === undefined ? Number(small) : Math.min(power * 3, conversion.precision));
  scaled = rational(round(times(scaled, kept), rounding), kept);
  if (compareMagnitude(scaled, base) >= 0 && power < LETTERS.length) {
    scaled = times(scaled, 1n, base);
    power++;
  }
  const point = scaled.numerator !== 0n && compareMagnitude(scaled, 10n) < 0 && power > 0;
  const letter = power === 0 ? "" : LETTERS[power - 1]! + (to === "iec-i" ? "i" : "");
  return toFixed(scaled, conversion.precision ?? Number(point)) + letter;
}

function tooLarge(value: Rational, precision: number): ConversionError {
  const number = Number(toFixed(value, 0));
  const shown = `${Number(number.toPrecision(6))
    .toExponential()
    .replace(/e([-+])(\d)$/, "e$10$2")}`;
  return new ConversionError(
    precision > 0
      ? `value/precision too large to be printed: '${shown}/${precision}' (consider using --to)`
      : `value too large to be printed: '${shown}' (consider using --to)`,
  );
}
