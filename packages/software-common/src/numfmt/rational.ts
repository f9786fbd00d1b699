// Exact fractions of integers, for numbers that are scaled and rounded.

export interface Rational {
  numerator: bigint;
  /** Above 0. */
  denominator: bigint;
}

export type Rounding = "up" | "down" | "from-zero" | "towards-zero" | "nearest";

export const rational = (numerator: bigint, denominator = 1n): Rational => ({ numerator, denominator });

/** "-12.50"; its digits are all that is in it. */
export function parseRational(text: string): Rational {
  const [whole = "", fraction = ""] = text.split(".");
  const digits = BigInt(whole.replace("-", "") + fraction || "0");
  return rational(text.startsWith("-") ? -digits : digits, 10n ** BigInt(fraction.length));
}

export const times = (a: Rational, numerator: bigint, denominator = 1n): Rational =>
  rational(a.numerator * numerator, a.denominator * denominator);

/** The sign of |a| - limit. */
export function compareMagnitude({ numerator, denominator }: Rational, limit: bigint): number {
  const magnitude = numerator < 0n ? -numerator : numerator;
  const difference = magnitude - limit * denominator;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

export function round({ numerator, denominator }: Rational, rounding: Rounding): bigint {
  const negative = numerator < 0n;
  const magnitude = negative ? -numerator : numerator;
  const whole = magnitude / denominator;
  const rest = magnitude % denominator;
  const away =
    rounding === "nearest"
      ? rest * 2n >= denominator
      : rest > 0n && (rounding === "from-zero" || rounding === (negative ? "down" : "up"));
  const rounded = away ? whole + 1n : whole;
  return negative ? -rounded : rounded;
}

/** With `digits` after the point, half to even as printf(3). */
export function toFixed({ numerator, denominator }: Rational, digits: number): string {
  const negative = numerator < 0n;
  const scaled = (negative ? -numerator : numerator) * 10n ** BigInt(digits);
  let units = scaled / denominator;
  const rest = (scaled % denominator) * 2n;
  if (rest > denominator || (rest === denominator && units % 2n === 1n)) units++;
  const text = units.toString().padStart(digits + 1, "0");
  const shown = digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
  return negative ? `-${shown}` : shown;
}
