// Values of awk: numbers, strings (latin1: one character per byte), strings from input that may look like numbers,
// and undefined for what was never set.

import { type Conversion, formatNumber } from "@agentos/posix";

/** A string from input: compares as a number where it looks like one. Source: POSIX awk, "Expressions in awk". */
export class InputString {
  readonly text: string;
  #number: number | undefined;

  constructor(text: string) {
    this.text = text;
  }

  get number(): number {
    return (this.#number ??= toNumber(this.text));
  }

  get looksNumeric(): boolean {
    return looksNumeric(this.text);
  }
}

export type Value = number | string | InputString | undefined;
export type AwkArray = Map<string, Value>;
export type Cell = Value | AwkArray;

const NUMERIC =
  /^[ \t\n\r\f\v]*[-+]?(?:(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|inf(?:inity)?|nan)[ \t\n\r\f\v]*$/i;
const PREFIX = /^[ \t\n\r\f\v]*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)/;
const SPECIAL = /^[ \t]*([-+])(inf|nan)/i;

function looksNumeric(text: string): boolean {
  const first = text.charCodeAt(0);
  // Most fields are words or plain digits.
  if (first > 0x39 && first !== 0x69 && first !== 0x49 && first !== 0x6e && first !== 0x4e) return false;
  return NUMERIC.test(text);
}

/** The number at the beginning of a text, 0 without one. */
export function toNumber(text: string): number {
  const { length } = text;
  if (length === 0) return 0;
  if (length < 10) {
    let value = 0;
    for (let i = 0; ; i++) {
      if (i === length) return value;
      const digit = text.charCodeAt(i) - 48;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
  }
  const match = PREFIX.exec(text);
  if (match !== null) return Number(match[1]);
  const special = SPECIAL.exec(text);
  if (special === null) return 0;
  const size = special[2]!.toLowerCase() === "inf" ? Infinity : Number.NaN;
  return special[1] === "-" ? -size : size;
}

export function numberOf(value: Value): number {
  if (typeof value === "number") return value;
  if (typeof value === "string") return toNumber(value);
  return value === undefined ? 0 : value.number;
}

export function isTrue(value: Value): boolean {
  if (typeof value === "number") return value !== 0;
  if (typeof value === "string") return value !== "";
  if (value === undefined) return false;
  return value.looksNumeric ? value.number !== 0 : value.text !== "";
}

/** A number as text, by CONVFMT or OFMT; integers always as such. */
export function numberText(value: number, format: string): string {
  if (Number.isInteger(value)) {
    if (Math.abs(value) < 1e16) return value === 0 ? "0" : String(value);
    return BigInt(value).toString();
  }
  if (!Number.isFinite(value)) return nonFiniteText(value);
  return formatNumber(value, conversionOf(format));
}

/** gawk always shows a sign; on x86, the NaN that invalid operations produce has its sign bit set. */
export function nonFiniteText(value: number): string {
  return Number.isNaN(value) ? "-nan" : value > 0 ? "+inf" : "-inf";
}

const conversions = new Map<string, Conversion>();

/** CONVFMT and OFMT as a conversion: "%.6g". */
function conversionOf(format: string): Conversion {
  let conversion = conversions.get(format);
  if (conversion === undefined) {
    const match = /^%([-+ 0#]*)(\d*)(?:\.(\d+))?([a-zA-Z])$/.exec(format);
    const flags = match?.[1] ?? "";
    conversion = {
      left: flags.includes("-"),
      plus: flags.includes("+"),
      space: flags.includes(" "),
      alternate: flags.includes("#"),
      zero: flags.includes("0"),
      grouped: false,
      width: Number(match?.[2] ?? 0),
      precision: match?.[3] === undefined ? 6 : Number(match[3]),
      letter: match?.[4] === "d" || match?.[4] === "i" ? "f" : (match?.[4] ?? "g"),
    };
    if (match?.[4] === "d" || match?.[4] === "i") conversion.precision = 0;
    if (conversions.size > 64) conversions.clear();
    conversions.set(format, conversion);
  }
  return conversion;
}

export function textOf(value: Value, convfmt: string): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") return numberText(value, convfmt);
  return value === undefined ? "" : value.text;
}

/** -1, 0, 1: as numbers if both are numeric, else as strings. */
export function compareValues(a: Value, b: Value, convfmt: string): number {
  if (typeof a === "number" && typeof b === "number") return a < b ? -1 : a === b ? 0 : 1;
  if (isNumeric(a) && isNumeric(b)) {
    const [x, y] = [numberOf(a), numberOf(b)];
    return x < y ? -1 : x === y ? 0 : 1;
  }
  const [x, y] = [textOf(a, convfmt), textOf(b, convfmt)];
  return x < y ? -1 : x === y ? 0 : 1;
}

function isNumeric(value: Value): boolean {
  if (typeof value === "string") return false;
  return typeof value === "number" || value === undefined || value.looksNumeric;
}
