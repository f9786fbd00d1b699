import type { ArithmeticOperator } from "./ast.ts";
import { describe } from "./describe.ts";
import {
  compare,
  isArray,
  isNumber,
  isObject,
  JqError,
  type JqObject,
  MAX_ELEMENTS,
  MAX_TEXT,
  numberOf,
  type Value,
} from "./value.ts";

export function arithmetic(op: ArithmeticOperator, a: Value, b: Value): Value {
  if (isNumber(a) && isNumber(b)) return calculate(op, a, b);
  switch (op) {
    case "+":
      return add(a, b);
    case "-":
      if (!isArray(a) || !isArray(b))
        throw new JqError(`${describe(a)} and ${describe(b)} cannot be subtracted`);
      return a.filter((item) => !b.some((other) => compare(item, other) === 0));
    case "*":
      return multiply(a, b);
    case "/":
      if (typeof a === "string" && typeof b === "string") return splitText(a, b);
      throw new JqError(`${describe(a)} and ${describe(b)} cannot be divided`);
    default:
      throw new JqError(`${describe(a)} and ${describe(b)} cannot be divided`);
  }
}

function calculate(op: ArithmeticOperator, a: Value, b: Value): number {
  const [x, y] = [numberOf(a as number), numberOf(b as number)];
  switch (op) {
    case "+":
      return x + y;
    case "-":
      return x - y;
    case "*":
      return x * y;
    case "/":
      if (y === 0)
        throw new JqError(`${describe(a)} and ${describe(b)} cannot be divided because the divisor is zero`);
      return x / y;
    default:
      return remainder(a, b, x, y);
  }
}

/** Of the whole parts, with the sign of the dividend. */
function remainder(a: Value, b: Value, x: number, y: number): number {
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN;
  const divisor = Math.abs(wholePart(y));
  if (divisor === 0)
    throw new JqError(
      `${describe(a)} and ${describe(b)} cannot be divided (remainder) because the divisor is zero`,
    );
  const rest = Math.abs(wholePart(x)) % divisor;
  return x < 0 ? 0 - rest : rest;
}

const wholePart = (x: number): number => Math.trunc(Math.max(-(2 ** 63), Math.min(2 ** 63, x)));

export function add(a: Value, b: Value): Value {
  if (a === null) return b;
  if (b === null) return a;
  if (isNumber(a) && isNumber(b)) return numberOf(a) + numberOf(b);
  if (typeof a === "string" && typeof b === "string") {
    if (a.length + b.length > MAX_TEXT) throw new JqError("String too long");
    return a + b;
  }
  if (isArray(a) && isArray(b)) {
    if (a.length + b.length > MAX_ELEMENTS) throw new JqError("Array too large");
    return a.concat(b);
  }
  if (isObject(a) && isObject(b)) return new Map([...a, ...b]);
  throw new JqError(`${describe(a)} and ${describe(b)} cannot be added`);
}

function multiply(a: Value, b: Value): Value {
  if (isObject(a) && isObject(b)) return merge(a, b);
  const [text, count] = typeof a === "string" ? [a, b] : [b, a];
  if (typeof text !== "string" || !isNumber(count))
    throw new JqError(`${describe(a)} and ${describe(b)} cannot be multiplied`);
  const times = numberOf(count);
  if (!(times > 0)) return null;
  if (text.length * times > MAX_TEXT) throw new JqError("Repeat string result too long");
  return text.repeat(times < 1 ? 1 : Math.floor(times));
}

function merge(a: JqObject, b: JqObject): JqObject {
  const result = new Map(a);
  for (const [key, value] of b) {
    const own = result.get(key) ?? null;
    result.set(key, isObject(own) && isObject(value) ? merge(own, value) : value);
  }
  return result;
}

export function splitText(text: string, separator: string): Value[] {
  if (text === "") return [];
  return separator === "" ? [...text] : text.split(separator);
}

export function negate(value: Value): Value {
  if (!isNumber(value)) throw new JqError(`${describe(value)} cannot be negated`);
  return -numberOf(value);
}
