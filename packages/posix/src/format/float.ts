// Binary floating point with exact decimal output, as in C's printf: a number is mantissa × 2^exponent, and its digits
// come from integer arithmetic. JavaScript's doubles convert exactly; C's long double (x87, 64 bits of mantissa) is
// parsed here.

export interface Float {
  negative: boolean;
  kind: "finite" | "infinite" | "nan";
  mantissa: bigint;
  exponent: number;
}

const LONG_DOUBLE_BITS = 64;
const MAX_EXPONENT = 16384;

const view = new DataView(new ArrayBuffer(8));

export function floatFromNumber(value: number): Float {
  view.setFloat64(0, value);
  const high = view.getUint32(0);
  const negative = high >>> 31 === 1;
  const biased = (high >>> 20) & 0x7ff;
  const fraction = (BigInt(high & 0xfffff) << 32n) | BigInt(view.getUint32(4));
  if (biased === 0x7ff) {
    return { negative, kind: fraction === 0n ? "infinite" : "nan", mantissa: 0n, exponent: 0 };
  }
  if (biased === 0) return { negative, kind: "finite", mantissa: fraction, exponent: -1074 };
  return { negative, kind: "finite", mantissa: fraction | (1n << 52n), exponent: biased - 1075 };
}

const ZERO: Float = { negative: false, kind: "finite", mantissa: 0n, exponent: 0 };

const DECIMAL = /^[ \t\n\v\f\r]*([+-]?)(\d+\.?\d*|\.\d+)(?:[eE]([+-]?\d+))?/;
const HEX = /^[ \t\n\v\f\r]*([+-]?)0[xX]([0-9a-fA-F]+\.?[0-9a-fA-F]*|\.[0-9a-fA-F]+)(?:[pP]([+-]?\d+))?/;
const SPECIAL = /^[ \t\n\v\f\r]*([+-]?)(inf(?:inity)?|nan(?:\(\w*\))?)/i;

/** strtold(3): the number at the beginning of `text`, and how much of the text it took (0: none). */
export function parseLongDouble(text: string): { value: Float; length: number } {
  const special = SPECIAL.exec(text);
  if (special !== null) {
    const kind = /^i/i.test(special[2]!) ? "infinite" : "nan";
    return {
      value: { negative: special[1] === "-", kind, mantissa: 0n, exponent: 0 },
      length: special[0].length,
    };
  }
  const hex = HEX.exec(text);
  const match = hex ?? DECIMAL.exec(text);
  if (match === null) return { value: ZERO, length: 0 };
  const [whole, sign, digits, power] = match;
  const point = digits!.indexOf(".");
  const fraction = point < 0 ? 0 : digits!.length - point - 1;
  const integer = BigInt((hex ? "0x" : "") + digits!.replace(".", ""));
  const exponent = clamp(Number(power ?? 0));
  const value = hex
    ? rounded(integer, 1n, exponent - 4 * fraction)
    : fromDecimal(integer, exponent - fraction);
  return { value: { ...value, negative: sign === "-" }, length: whole.length };
}

function clamp(exponent: number): number {
  return Math.max(-20_000, Math.min(20_000, exponent));
}

function fromDecimal(integer: bigint, exponent: number): Float {
  return exponent >= 0
    ? rounded(integer * 10n ** BigInt(exponent), 1n, 0)
    : rounded(integer, 10n ** BigInt(-exponent), 0);
}

/** numerator / denominator × 2^exponent, to the precision of a long double. */
function rounded(numerator: bigint, denominator: bigint, exponent: number): Float {
  if (numerator === 0n) return ZERO;
  const shift = LONG_DOUBLE_BITS - (bitLength(numerator) - bitLength(denominator));
  let mantissa =
    shift >= 0
      ? divideRounding(numerator << BigInt(shift), denominator)
      : divideRounding(numerator, denominator << BigInt(-shift));
  let scale = exponent - shift;
  const excess = bitLength(mantissa) - LONG_DOUBLE_BITS;
  if (excess > 0) {
    mantissa = divideRounding(mantissa, 1n << BigInt(excess));
    scale += excess;
  }
  const infinite = scale + LONG_DOUBLE_BITS > MAX_EXPONENT;
  return { negative: false, kind: infinite ? "infinite" : "finite", mantissa, exponent: scale };
}

function bitLength(value: bigint): number {
  const hex = value.toString(16);
  return (hex.length - 1) * 4 + (32 - Math.clz32(Number.parseInt(hex[0]!, 16)));
}

/** The nearest integer; ties go to the even one. */
function divideRounding(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  const twice = (numerator - quotient * denominator) * 2n;
  if (twice > denominator || (twice === denominator && (quotient & 1n) === 1n)) return quotient + 1n;
  return quotient;
}

/** |value| × 10^places as the nearest integer. */
function scaled({ mantissa, exponent }: Float, places: number): bigint {
  let numerator = mantissa;
  let denominator = 1n;
  if (places >= 0) numerator *= 10n ** BigInt(places);
  else denominator = 10n ** BigInt(-places);
  if (exponent >= 0) numerator <<= BigInt(exponent);
  else denominator <<= BigInt(-exponent);
  return divideRounding(numerator, denominator);
}

/** |value| with `precision` digits after the point. */
export function fixedDigits(value: Float, precision: number): string {
  const digits = scaled(value, precision)
    .toString()
    .padStart(precision + 1, "0");
  if (precision === 0) return digits;
  return `${digits.slice(0, -precision)}.${digits.slice(-precision)}`;
}

/** The decimal digits of |value| to `count` significant places, and the power of ten of the first. */
export function significantDigits(value: Float, count: number): { digits: string; power: number } {
  if (value.mantissa === 0n) return { digits: "0".repeat(count), power: 0 };
  let power = Math.floor((bitLength(value.mantissa) + value.exponent - 1) * Math.LOG10E * Math.LN2);
  for (;;) {
    const digits = scaled(value, count - 1 - power).toString();
    if (digits.length === count) return { digits, power };
    // Either the estimate was off by one, or rounding produced one more digit.
    power += digits.length > count ? 1 : -1;
  }
}

/** |value| as C's %a: "1.8p+1"; a long double's first digit is 8…f. */
export function hexDigits(value: Float, precision: number | undefined, longDouble: boolean): string {
  if (value.mantissa === 0n) return `0${precision ? `.${"0".repeat(precision)}` : ""}p+0`;
  const fractionBits = longDouble ? 60 : 52;
  const bits = bitLength(value.mantissa);
  const shift = fractionBits + (longDouble ? 4 : 1) - bits;
  let mantissa = shift >= 0 ? value.mantissa << BigInt(shift) : value.mantissa >> BigInt(-shift);
  let exponent = value.exponent - shift + fractionBits;
  const available = fractionBits / 4;
  if (precision !== undefined && precision < available) {
    mantissa = divideRounding(mantissa, 1n << BigInt((available - precision) * 4));
    if (longDouble && mantissa >> BigInt(precision * 4) > 15n) {
      mantissa >>= 4n;
      exponent += 4;
    }
  }
  const kept = precision === undefined ? available : Math.min(precision, available);
  const hex = mantissa.toString(16).padStart(kept + 1, "0");
  let fraction = kept === 0 ? "" : hex.slice(-kept);
  if (precision === undefined) fraction = fraction.replace(/0+$/, "");
  else fraction = fraction.padEnd(precision, "0");
  const lead = kept === 0 ? hex : hex.slice(0, -kept);
  return `${lead}${fraction === "" ? "" : `.${fraction}`}p${exponent < 0 ? "-" : "+"}${Math.abs(exponent)}`;
}
