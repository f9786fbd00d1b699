// JSON values as jq sees them. Objects are Maps: any key is just a key, and the order is that of insertion.

import { formatDouble } from "./number-text.ts";

export type Value = null | boolean | number | NumberLiteral | string | readonly Value[] | JqObject;
export type JqObject = ReadonlyMap<string, Value>;
export type Kind = "null" | "boolean" | "number" | "string" | "array" | "object";

/** A number that was read and has not been calculated with: its digits are printed as they were. */
export class NumberLiteral {
  readonly number: number;
  readonly text: string;

  constructor(number: number, text: string) {
    this.number = number;
    this.text = text;
  }
}

/** An error of the jq program: what `try` catches. */
export class JqError extends Error {
  readonly value: Value;

  constructor(value: Value) {
    super(typeof value === "string" ? value : "");
    this.value = value;
  }
}

/** More elements than an array may have; longer than a string may be. */
export const MAX_ELEMENTS = 1 << 24;
export const MAX_TEXT = 1 << 28;

export function kindOf(value: Value): Kind {
  if (value === null) return "null";
  if (typeof value === "boolean" || typeof value === "number" || typeof value === "string")
    return typeof value as Kind;
  if (value instanceof NumberLiteral) return "number";
  return Array.isArray(value) ? "array" : "object";
}

export const isObject = (value: Value): value is JqObject => value instanceof Map;
export const isArray = (value: Value): value is readonly Value[] => Array.isArray(value);
export const isNumber = (value: Value): value is number | NumberLiteral =>
  typeof value === "number" || value instanceof NumberLiteral;
export const truthy = (value: Value): boolean => value !== null && value !== false;
export const numberOf = (value: number | NumberLiteral): number =>
  typeof value === "number" ? value : value.number;

/** The number that a JSON text stands for, with its digits where printing would change them. */
export function numberFromText(text: string): number | NumberLiteral {
  const number = Number(text);
  if (!Number.isFinite(number)) return number < 0 ? -Number.MAX_VALUE : Number.MAX_VALUE;
  const canonical = canonicalText(text);
  return canonical === formatDouble(number) ? number : new NumberLiteral(number, canonical);
}

/** The General Decimal Arithmetic's to-scientific-string, which keeps trailing zeros. */
function canonicalText(text: string): string {
  const [, sign, whole = "", fraction = "", power = "0"] =
    /^(-?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const digits = (whole + fraction).replace(/^0+(?=\d)/, "");
  const exponent = Number(power) - fraction.length;
  const adjusted = exponent + digits.length - 1;
  if (exponent <= 0 && adjusted >= -6) {
    if (exponent === 0) return sign + digits;
    const padded = digits.padStart(1 - exponent, "0");
    return `${sign}${padded.slice(0, exponent)}.${padded.slice(exponent)}`;
  }
  const mantissa = digits.length > 1 ? `${digits[0]}.${digits.slice(1)}` : digits;
  return `${sign}${mantissa}E${adjusted < 0 ? "-" : "+"}${Math.abs(adjusted)}`;
}

const RANK: Readonly<Record<Kind, number>> = {
  null: 0,
  boolean: 1,
  number: 3,
  string: 4,
  array: 5,
  object: 6,
};

/** Strings by code points, not by UTF-16 units. */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x === y) continue;
    const [wideX, wideY] = [(x & 0xf800) === 0xd800, (y & 0xf800) === 0xd800];
    return wideX === wideY ? x - y : wideX ? 1 : -1;
  }
  return a.length - b.length;
}

export const sortedKeys = (object: JqObject): string[] => [...object.keys()].sort(compareText);

/** jq's order of all values. */
export function compare(a: Value, b: Value): number {
  if (a === b) return 0;
  if (typeof a === "string" && typeof b === "string") return compareText(a, b);
  if (isNumber(a) && isNumber(b)) {
    const [x, y] = [numberOf(a), numberOf(b)];
    return x === y ? 0 : x < y || Number.isNaN(x) ? -1 : 1;
  }
  const rank = RANK[kindOf(a)] - RANK[kindOf(b)];
  if (rank !== 0) return rank;
  if (typeof a === "boolean") return a ? 1 : -1;
  if (isArray(a)) return compareArrays(a, b as readonly Value[]);
  return compareObjects(a as JqObject, b as JqObject);
}

function compareArrays(a: readonly Value[], b: readonly Value[]): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const order = compare(a[i]!, b[i]!);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function compareObjects(a: JqObject, b: JqObject): number {
  const keys = sortedKeys(a);
  const order = compareArrays(keys, sortedKeys(b));
  if (order !== 0) return order;
  for (const key of keys) {
    const difference = compare(a.get(key)!, b.get(key)!);
    if (difference !== 0) return difference;
  }
  return 0;
}
