// The bodies of %f, %e, %g and %a for a non-negative decimal text, rounded half to even as printf(3) does.

/** @param precision digits as the directive means them @param keepPoint the "#" flag */
export type Form = (number: string, precision: number | undefined, keepPoint: boolean) => string;

interface Digits {
  units: bigint;
  scale: number;
}

function digitsOf(number: string): Digits {
  const [whole = "", fraction = ""] = number.split(".");
  return { units: BigInt(whole + fraction), scale: fraction.length };
}

function roundTo({ units, scale }: Digits, places: number): bigint {
  if (places >= scale) return units * 10n ** BigInt(places - scale);
  const divisor = 10n ** BigInt(scale - places);
  const quotient = units / divisor;
  const twice = (units % divisor) * 2n;
  const up = twice > divisor || (twice === divisor && quotient % 2n === 1n);
  return up ? quotient + 1n : quotient;
}

export const fixedForm: Form = (number, precision = 6, keepPoint) => {
  const text = roundTo(digitsOf(number), precision)
    .toString()
    .padStart(precision + 1, "0");
  if (precision === 0) return keepPoint ? `${text}.` : text;
  return `${text.slice(0, -precision)}.${text.slice(-precision)}`;
};

/** The number as `precision + 1` significant digits and a power of ten. */
function scientific(number: string, precision: number): { digits: string; exponent: number } {
  const { units, scale } = digitsOf(number);
  if (units === 0n) return { digits: "0".repeat(precision + 1), exponent: 0 };
  const length = units.toString().length;
  let exponent = length - 1 - scale;
  let digits = roundTo({ units, scale: length - 1 }, precision).toString();
  if (digits.length > precision + 1) {
    digits = digits.slice(0, -1);
    exponent++;
  }
  return { digits, exponent };
}

const exponentText = (exponent: number): string =>
  `e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;

const withPoint = (digits: string, keepPoint: boolean): string =>
  digits.length === 1 && !keepPoint ? digits : `${digits[0]}.${digits.slice(1)}`;

export const exponentForm: Form = (number, precision = 6, keepPoint) => {
  const { digits, exponent } = scientific(number, precision);
  return withPoint(digits, keepPoint) + exponentText(exponent);
};

export const generalForm: Form = (number, precision = 6, keepPoint) => {
  const significant = precision === 0 ? 1 : precision;
  const { digits, exponent } = scientific(number, significant - 1);
  if (exponent < -4 || exponent >= significant) {
    const kept = keepPoint ? digits : digits.replace(/(?<=.)0+$/, "");
    return withPoint(kept, keepPoint) + exponentText(exponent);
  }
  const text = fixedForm(number, significant - 1 - exponent, keepPoint);
  return keepPoint || !text.includes(".") ? text : text.replace(/\.?0+$/, "");
};

/** %a as for x86's 80-bit long double: the first digit holds four bits. */
export const hexForm: Form = (number, precision) => {
  const value = Number(number);
  if (value === 0) return `0x0${precision ? `.${"0".repeat(precision)}` : ""}p+0`;
  let exponent = Math.floor(Math.log2(value));
  if (2 ** exponent > value) exponent--;
  let mantissa = BigInt((value / 2 ** exponent) * 2 ** 52) * 8n * 256n;
  exponent -= 3;
  let fraction = "";
  if (precision !== undefined && precision < 15) {
    const shift = BigInt(63 - 3 - 4 * precision);
    mantissa = ((mantissa + (1n << (shift - 1n))) >> shift) << shift;
  }
  const text = mantissa.toString(16).padStart(16, "0");
  fraction = text.slice(1, precision === undefined ? undefined : precision + 1);
  if (precision === undefined) fraction = fraction.replace(/0+$/, "");
  return `0x${text[0]}${fraction === "" ? "" : `.${fraction}`}p${exponent < 0 ? "-" : "+"}${Math.abs(exponent)}`;
};
