// Decimal numbers in other bases, as bc and dc read and write them.

import { atScale, Decimal, divide, powerOfTen } from "./decimal.ts";

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** Most significant first. */
function joinDigits(digits: readonly number[], base: bigint): bigint {
  if (digits.length <= 32) {
    let sum = 0n;
    for (const digit of digits) sum = sum * base + BigInt(digit);
    return sum;
  }
  const half = digits.length >> 1;
  const high = joinDigits(digits.slice(0, digits.length - half), base);
  return high * base ** BigInt(half) + joinDigits(digits.slice(-half), base);
}

/** The `count` lowest digits of a number that is not negative, most significant first. */
function splitDigits(n: bigint, base: bigint, count: number, into: number[] = []): number[] {
  if (count <= 1) {
    if (count === 1) into.push(Number(n));
    return into;
  }
  const half = count >> 1;
  const unit = base ** BigInt(half);
  splitDigits(n / unit, base, count - half, into);
  return splitDigits(n % unit, base, half, into);
}

/**
 * A number of 0-9, A-Z and a point. `clamp`: digits beyond the base count as its highest, except in a number of one
 * digit; that is what bc does and dc does not.
 */
export function parseDecimal(text: string, base: number, clamp: boolean): Decimal {
  const [whole = "", fraction = ""] = text.split(".");
  if (base === 10 && !/[A-Z]/.test(text)) return new Decimal(BigInt(whole + fraction || 0), fraction.length);
  const single = whole.length === 1 && fraction === "";
  const digitsOf = (part: string): number[] =>
    Array.from(part, (char) => {
      const digit = DIGITS.indexOf(char);
      return clamp && !single ? Math.min(digit, base - 1) : digit;
    });
  const radix = BigInt(base);
  const integer = new Decimal(joinDigits(digitsOf(whole), radix));
  if (fraction === "") return integer;
  const unit = radix ** BigInt(fraction.length);
  const numerator = integer.units * unit + joinDigits(digitsOf(fraction), radix);
  return divide(new Decimal(numerator), new Decimal(unit), fraction.length)!;
}

/** In base 10 without a zero before the point; in bases above 16 every digit is a blank and a decimal number. */
export function formatDecimal(a: Decimal, base: number): string {
  if (a.isZero) return "0";
  const sign = a.units < 0n ? "-" : "";
  const magnitude = a.units < 0n ? -a.units : a.units;
  if (base === 10) {
    const digits = magnitude.toString();
    if (a.scale === 0) return sign + digits;
    const padded = digits.padStart(a.scale, "0");
    return `${sign}${padded.slice(0, padded.length - a.scale)}.${padded.slice(-a.scale)}`;
  }
  const unit = powerOfTen(a.scale);
  const whole = formatInteger(magnitude / unit, base);
  if (a.scale === 0) return sign + whole;
  return `${sign}${whole}.${formatFraction(magnitude % unit, a.scale, base)}`;
}

function formatInteger(n: bigint, base: number): string {
  if (n === 0n) return "";
  if (base <= 16) return n.toString(base).toUpperCase();
  const digits = splitDigits(n, BigInt(base), digitsIn(n, base));
  return digits.map((digit) => ` ${wide(digit, base)}`).join("");
}

function formatFraction(numerator: bigint, scale: number, base: number): string {
  const count = fractionDigits(scale, base);
  const n = (numerator * BigInt(base) ** BigInt(count)) / powerOfTen(scale);
  if (base <= 16) return n.toString(base).toUpperCase().padStart(count, "0");
  return splitDigits(n, BigInt(base), count)
    .map((digit) => wide(digit, base))
    .join(" ");
}

const wide = (digit: number, base: number): string => String(digit).padStart(String(base - 1).length, "0");

function digitsIn(n: bigint, base: number): number {
  const estimate = Math.ceil((n.toString(16).length * Math.log(16)) / Math.log(base)) + 1;
  let count = Math.max(1, estimate);
  while (count > 1 && BigInt(base) ** BigInt(count - 1) > n) count--;
  return count;
}

/** The least count of digits that tells 10^`scale` values apart. */
function fractionDigits(scale: number, base: number): number {
  const enough = powerOfTen(scale);
  let count = Math.max(1, Math.floor((scale * Math.LN10) / Math.log(base)) - 1);
  while (BigInt(base) ** BigInt(count) < enough) count++;
  return count;
}

/** The bytes of an integer in base 256, as characters. */
export function bytesOfDecimal(a: Decimal): string {
  const { units } = atScale(a, 0);
  let hex = (units < 0n ? -units : units).toString(16);
  if (hex.length % 2 === 1) hex = `0${hex}`;
  return hex.replace(/../g, (pair) => String.fromCharCode(Number.parseInt(pair, 16)));
}
