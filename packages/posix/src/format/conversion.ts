// One conversion of a printf format: flags, width, precision, and how each letter lays out its value.
// Source: C17 7.21.6.1; printf(3).

import { type Float, fixedDigits, floatFromNumber, hexDigits, significantDigits } from "./float.ts";

export interface Conversion {
  left: boolean;
  plus: boolean;
  space: boolean;
  alternate: boolean;
  zero: boolean;
  /** The "'" flag: groups of thousands, of which the C locale has none. */
  grouped: boolean;
  width: number;
  precision: number | undefined;
  /** d i o u x X e E f F g G a A c s … */
  letter: string;
}

/** Width and precision beyond this are cut: no format can ask for more memory. */
export const MAX_WIDTH = 1_000_000;

/** Pads `text` to the width; columns are characters. */
export function pad(text: string, conversion: Conversion): string {
  const missing = conversion.width - lengthOf(text);
  if (missing <= 0) return text;
  return conversion.left ? text + " ".repeat(missing) : " ".repeat(missing) + text;
}

function lengthOf(text: string): number {
  let { length } = text;
  if (/[\ud800-\udbff]/.test(text)) length -= text.match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0;
  return length;
}

export function formatString(text: string, conversion: Conversion): string {
  const { precision } = conversion;
  if (precision === undefined || text.length <= precision) return pad(text, conversion);
  return pad([...text].slice(0, precision).join(""), conversion);
}

/** d i o u x X; a negative number of an unsigned conversion counts modulo 2^64. */
export function formatInteger(value: bigint, conversion: Conversion): string {
  const { letter, precision, alternate } = conversion;
  const signed = letter === "d" || letter === "i";
  const magnitude = value < 0n ? (signed ? -value : BigInt.asUintN(64, value)) : value;
  const radix = letter === "o" ? 8 : letter === "x" || letter === "X" ? 16 : 10;
  let digits = precision === 0 && magnitude === 0n ? "" : magnitude.toString(radix);
  if (precision !== undefined) digits = digits.padStart(precision, "0");
  if (alternate && letter === "o" && !digits.startsWith("0")) digits = `0${digits}`;
  let prefix = signed ? signOf(value < 0n, conversion) : "";
  if (alternate && radix === 16 && magnitude !== 0n) prefix = "0x";
  const text = layOut(prefix, digits, conversion, precision === undefined);
  return letter === "X" ? text.toUpperCase() : text;
}

/** e f g a and their capitals. */
export function formatFloat(value: Float, conversion: Conversion, longDouble: boolean): string {
  const lower = conversion.letter.toLowerCase();
  const finite = value.kind === "finite";
  const sign = signOf(value.negative, conversion);
  const prefix = finite && lower === "a" ? `${sign}0x` : sign;
  const digits = finite
    ? floatDigits(value, conversion, lower, longDouble)
    : value.kind === "nan"
      ? "nan"
      : "inf";
  const text = layOut(prefix, digits, conversion, finite);
  return lower === conversion.letter ? text : text.toUpperCase();
}

function floatDigits(value: Float, conversion: Conversion, lower: string, longDouble: boolean): string {
  const { precision, alternate } = conversion;
  switch (lower) {
    case "f":
      return withPoint(fixedDigits(value, precision ?? 6), alternate);
    case "e":
      return exponential(value, precision ?? 6, alternate);
    case "a":
      return hexDigits(value, precision, longDouble);
    default:
      return general(value, precision === 0 ? 1 : (precision ?? 6), alternate);
  }
}

function withPoint(digits: string, alternate: boolean): string {
  return alternate && !digits.includes(".") ? `${digits}.` : digits;
}

function exponential(value: Float, precision: number, alternate: boolean): string {
  const { digits, power } = significantDigits(value, precision + 1);
  return mantissaAndPower(digits, power, alternate);
}

function mantissaAndPower(digits: string, power: number, alternate: boolean): string {
  const fraction = digits.slice(1);
  const point = fraction !== "" || alternate ? "." : "";
  const exponent = Math.abs(power).toString().padStart(2, "0");
  return `${digits[0]}${point}${fraction}e${power < 0 ? "-" : "+"}${exponent}`;
}

function general(value: Float, precision: number, alternate: boolean): string {
  const { digits, power } = significantDigits(value, precision);
  if (power < -4 || power >= precision) {
    return mantissaAndPower(
      alternate ? digits : digits[0] + digits.slice(1).replace(/0+$/, ""),
      power,
      alternate,
    );
  }
  const places = precision - 1 - power;
  const whole = power >= 0 ? digits.slice(0, power + 1) : "0";
  let fraction = places === 0 ? "" : power >= 0 ? digits.slice(power + 1) : "0".repeat(-power - 1) + digits;
  if (!alternate) fraction = fraction.replace(/0+$/, "");
  return fraction === "" && !alternate ? whole : `${whole}.${fraction}`;
}

function signOf(negative: boolean, { plus, space }: Conversion): string {
  return negative ? "-" : plus ? "+" : space ? " " : "";
}

function layOut(prefix: string, digits: string, conversion: Conversion, zeros: boolean): string {
  const missing = conversion.width - prefix.length - digits.length;
  if (missing <= 0) return prefix + digits;
  if (conversion.left) return prefix + digits + " ".repeat(missing);
  if (conversion.zero && zeros) return prefix + "0".repeat(missing) + digits;
  return " ".repeat(missing) + prefix + digits;
}

/**
 * A double in the style of a float conversion, as C's printf("%.6g", value); uses JavaScript's digits where they are
 * the same.
 */
export function formatNumber(value: number, conversion: Conversion): string {
  const quick = quickDigits(value, conversion);
  if (quick === undefined) return formatFloat(floatFromNumber(value), conversion, false);
  const negative = value < 0 || Object.is(value, -0);
  return layOut(signOf(negative, conversion), quick, conversion, true);
}

/** The digits in common cases; undefined if exact arithmetic is needed, as for ties, which C rounds to even. */
function quickDigits(value: number, { letter, precision = 6, alternate }: Conversion): string | undefined {
  const size = Math.abs(value);
  if (alternate || !(size < 1e15) || precision > 15) return undefined;
  if (letter === "f") {
    const doubled = size * 2 * 10 ** precision;
    if (Number.isInteger(doubled) && doubled % 2 !== 0) return undefined;
    return size.toFixed(precision);
  }
  if (letter !== "g" || precision === 0) return undefined;
  if (Number.isInteger(size) && size < 10 ** precision) return String(size);
  const shortest = String(size);
  if (size < 1e-4 || size >= 10 ** (precision - 1) || shortest.includes("e")) return undefined;
  if (shortest.endsWith("5")) return undefined;
  const text = size.toPrecision(precision);
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}
