// Decimal numbers of any length with a number of digits after the point, as bc and dc calculate. Source: POSIX XCU bc.

/** Longer numbers are refused: each operation on one must be over soon. */
const MOST_DIGITS = 1_000_000;
const MOST_BITS = MOST_DIGITS * 3.33;

/** A result too long to be calculated. */
export class DecimalTooLong extends Error {}

/** `units` × 10^-`scale`. */
export class Decimal {
  readonly units: bigint;
  readonly scale: number;

  constructor(units: bigint, scale = 0) {
    this.units = units;
    this.scale = scale;
  }

  get isZero(): boolean {
    return this.units === 0n;
  }
}

export const ZERO = new Decimal(0n);
export const ONE = new Decimal(1n);

const powersOfTen: bigint[] = [];

export function powerOfTen(exponent: number): bigint {
  if (exponent > MOST_DIGITS) throw new DecimalTooLong();
  if (exponent > 256) return 10n ** BigInt(exponent);
  return (powersOfTen[exponent] ??= 10n ** BigInt(exponent));
}

/** The units of `a` at another scale, cut off towards zero if it is smaller. */
export function unitsAt(a: Decimal, scale: number): bigint {
  if (scale === a.scale) return a.units;
  if (scale > a.scale) return a.units * powerOfTen(scale - a.scale);
  return a.units / powerOfTen(a.scale - scale);
}

export const atScale = (a: Decimal, scale: number): Decimal =>
  scale === a.scale ? a : new Decimal(unitsAt(a, scale), scale);

/** At most this scale. */
export const truncated = (a: Decimal, scale: number): Decimal => (a.scale <= scale ? a : atScale(a, scale));

export const negated = (a: Decimal): Decimal => new Decimal(-a.units, a.scale);

export function add(a: Decimal, b: Decimal): Decimal {
  if (a.scale === b.scale) return new Decimal(a.units + b.units, a.scale);
  const scale = Math.max(a.scale, b.scale);
  return new Decimal(unitsAt(a, scale) + unitsAt(b, scale), scale);
}

export const subtract = (a: Decimal, b: Decimal): Decimal => add(a, negated(b));

export function compare(a: Decimal, b: Decimal): number {
  const { units } = subtract(a, b);
  return units < 0n ? -1 : units > 0n ? 1 : 0;
}

export function multiply(a: Decimal, b: Decimal, scale: number): Decimal {
  const full = a.scale + b.scale;
  const product = new Decimal(a.units * b.units, full);
  return truncated(product, Math.min(full, Math.max(scale, a.scale, b.scale)));
}

/** undefined for a division by zero. */
export function divide(a: Decimal, b: Decimal, scale: number): Decimal | undefined {
  if (b.isZero) return undefined;
  const shift = scale + b.scale - a.scale;
  if (shift >= 0) return new Decimal((a.units * powerOfTen(shift)) / b.units, scale);
  return new Decimal(a.units / (b.units * powerOfTen(-shift)), scale);
}

/** The quotient cut off at `scale`, and what is then left of `a`; undefined for a division by zero. */
export function divideWithRest(
  a: Decimal,
  b: Decimal,
  scale: number,
): { quotient: Decimal; rest: Decimal } | undefined {
  const quotient = divide(a, b, scale);
  if (!quotient) return undefined;
  const product = new Decimal(quotient.units * b.units, quotient.scale + b.scale);
  return { quotient, rest: atScale(subtract(a, product), Math.max(a.scale, b.scale + scale)) };
}

/** How many decimal digits an integer has; 1 for 0. */
export function digitCount(units: bigint): number {
  const magnitude = units < 0n ? -units : units;
  if (magnitude < 10n) return 1;
  const hex = magnitude.toString(16);
  const estimate = Math.floor((hex.length - 1) * Math.log10(16) + Math.log10(Number.parseInt(hex[0]!, 16)));
  for (let digits = Math.max(1, estimate - 1); ; digits++) if (magnitude < powerOfTen(digits)) return digits;
}

/** All digits of a number but leading zeros: bc's length(). */
export const significantDigits = (a: Decimal): number =>
  a.isZero ? Math.max(1, a.scale) : Math.max(digitCount(a.units), a.scale);

/** @param exponent cut off to an integer that fits a machine word @returns 0 for a negative power of 0 */
export function raise(base: Decimal, exponent: Decimal, scale: number): Decimal {
  const power = unitsAt(exponent, 0);
  if (power === 0n) return ONE;
  const magnitude = power < 0n ? -power : power;
  const small = base.units >= -1n && base.units <= 1n;
  if (small && base.scale === 0) {
    if (base.isZero || base.units === 1n || magnitude % 2n === 0n)
      return signedOne(base.units ** 2n, power, scale);
    return signedOne(base.units, power, scale);
  }
  const hex = (base.units < 0n ? -base.units : base.units).toString(16);
  const bits = (hex.length - 1) * 4 + Math.log2(Number.parseInt(hex[0]!, 16));
  const grown = Number(magnitude);
  if (bits * grown > MOST_BITS || base.scale * grown > MOST_DIGITS) throw new DecimalTooLong();
  const exact = new Decimal(base.units ** magnitude, base.scale * grown);
  if (power < 0n) return divide(ONE, exact, scale) ?? ZERO;
  return truncated(exact, Math.max(scale, base.scale));
}

function signedOne(units: bigint, power: bigint, scale: number): Decimal {
  const one = new Decimal(units);
  return power < 0n ? atScale(one, scale) : one;
}

/** Base to an exponent, modulo an integer: all of them integers, the exponent not negative. */
export function raiseModulo(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = base % modulus;
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

/** floor(√n) by Newton's method, each step with twice the digits. */
export function integerRoot(n: bigint): bigint {
  if (n < 1n << 52n) return BigInt(Math.floor(Math.sqrt(Number(n))));
  const shift = BigInt((n.toString(16).length >> 2) << 2);
  let guess = (integerRoot(n >> (shift * 2n)) + 1n) << shift;
  for (;;) {
    const next = (guess + n / guess) >> 1n;
    if (next >= guess) return guess;
    guess = next;
  }
}

/** undefined for a negative number. */
export function squareRoot(a: Decimal, scale: number): Decimal | undefined {
  if (a.units < 0n) return undefined;
  if (a.isZero) return ZERO;
  if (compare(a, ONE) === 0) return ONE;
  const wanted = Math.max(scale, a.scale);
  return new Decimal(integerRoot(unitsAt(a, wanted * 2)), wanted);
}
