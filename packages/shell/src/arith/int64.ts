// 64-bit integers: a JS number while it is exact (|x| < 2^53), else a bigint. Results wrap as in C.

export type Int = number | bigint;

const MAX = Number.MAX_SAFE_INTEGER;
const MAX_EXACT = BigInt(MAX);
const MIN_EXACT = -MAX_EXACT;

/** The canonical form: wrapped to 64 bits, a number if it is exact as one. */
export function wrap(value: bigint): Int {
  const wrapped = BigInt.asIntN(64, value);
  return wrapped <= MAX_EXACT && wrapped >= MIN_EXACT ? Number(wrapped) : wrapped;
}

export function add(a: Int, b: Int): Int {
  if (typeof a === "number" && typeof b === "number") {
    const sum = a + b;
    if (sum <= MAX && sum >= -MAX) return sum;
  }
  return wrap(BigInt(a) + BigInt(b));
}

export function subtract(a: Int, b: Int): Int {
  if (typeof a === "number" && typeof b === "number") {
    const difference = a - b;
    if (difference <= MAX && difference >= -MAX) return difference;
  }
  return wrap(BigInt(a) - BigInt(b));
}

export function multiply(a: Int, b: Int): Int {
  if (typeof a === "number" && typeof b === "number") {
    const product = a * b;
    if (product <= MAX && product >= -MAX) return product + 0;
  }
  return wrap(BigInt(a) * BigInt(b));
}

/** Rounds towards zero. The divisor is not 0. */
export function divide(a: Int, b: Int): Int {
  if (typeof a === "number" && typeof b === "number") return (a - (a % b)) / b + 0;
  return wrap(BigInt(a) / BigInt(b));
}

/** Has the sign of the dividend. The divisor is not 0. */
export function remainder(a: Int, b: Int): Int {
  if (typeof a === "number" && typeof b === "number") return (a % b) + 0;
  return wrap(BigInt(a) % BigInt(b));
}

/** The exponent is not negative. */
export function power(base: Int, exponent: Int): Int {
  let result = 1n;
  let square = BigInt(base);
  for (let left = BigInt(exponent); left > 0n; left >>= 1n) {
    if (left & 1n) result = BigInt.asIntN(64, result * square);
    square = BigInt.asIntN(64, square * square);
  }
  return wrap(result);
}

function small(value: Int): value is number {
  return typeof value === "number" && value === (value | 0);
}

export function shiftLeft(a: Int, b: Int): Int {
  if (small(a) && small(b) && b >= 0 && b < 21) return a * 2 ** b;
  return wrap(BigInt(a) << (BigInt(b) & 63n));
}

export function shiftRight(a: Int, b: Int): Int {
  if (small(a) && small(b) && b >= 0 && b < 32) return a >> b;
  return wrap(BigInt(a) >> (BigInt(b) & 63n));
}

export function and(a: Int, b: Int): Int {
  return small(a) && small(b) ? a & b : wrap(BigInt(a) & BigInt(b));
}

export function or(a: Int, b: Int): Int {
  return small(a) && small(b) ? a | b : wrap(BigInt(a) | BigInt(b));
}

export function xor(a: Int, b: Int): Int {
  return small(a) && small(b) ? a ^ b : wrap(BigInt(a) ^ BigInt(b));
}

export function complement(a: Int): Int {
  return small(a) ? ~a : wrap(~BigInt(a));
}

/** Decimal digits with an optional sign, up to 15 of them: undefined for anything else. */
export function smallDecimal(text: string): number | undefined {
  const { length } = text;
  let at = 0;
  const negative = length > 1 && text.charCodeAt(0) === 45;
  if (negative) at = 1;
  if (length === at || length > 15) return undefined;
  const first = text.charCodeAt(at);
  if (first === 48 && length > at + 1) return undefined;
  let value = 0;
  for (; at < length; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  return negative ? -value : value;
}
