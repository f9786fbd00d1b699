// Exact decimal numbers: units × 10^-scale. GNU's seq computes in long double; for what it can print, results agree.

export interface Decimal {
  units: bigint;
  /** Digits after the point. */
  scale: number;
  /** 1 or -1 for an infinity; `units` then means nothing. */
  infinite: -1 | 0 | 1;
  /** Characters that the number takes as written, before the point. */
  wholeWidth: number;
  /** Minus zero, which keeps its sign when it is printed. */
  negativeZero?: boolean;
}

const NUMBER = /^[ \t\n\v\f\r]*([-+]?)(?:(\d+)(\.?)(\d*)|(\.)(\d+))(?:[eE]([-+]?\d+))?$/;
/** Beyond this many digits of exponent a number is taken for infinite or zero. */
const LARGEST_EXPONENT = 4932;

/** undefined: not a number. */
export function parseNumber(text: string): Decimal | "nan" | undefined {
  const special = /^[ \t\n\v\f\r]*([-+]?)(inf(?:inity)?|nan(?:\([\w]*\))?|0x.*)$/i.exec(text);
  if (special !== null) return parseSpecial(special[1]!, special[2]!.toLowerCase());
  const match = NUMBER.exec(text);
  if (match === null) return undefined;
  const [, sign = "", whole = "", , fraction = "", point, onlyFraction = "", exponentText = "0"] = match;
  const exponent = Number(exponentText);
  if (Math.abs(exponent) > LARGEST_EXPONENT) return exponent > 0 ? infinity(sign) : decimal(0n, 0, 1);
  const digits = whole + (point === undefined ? fraction : onlyFraction);
  let scale = digits.length - whole.length - exponent;
  let units = BigInt(`${digits}`);
  if (scale < 0) {
    units *= 10n ** BigInt(-scale);
    scale = 0;
  }
  if (sign === "-") units = -units;
  const wholeWidth =
    exponent === 0 ? sign.replace("+", "").length + Math.max(1, whole.length) : wholeDigits(units, scale);
  return { units, scale, infinite: 0, wholeWidth, negativeZero: sign === "-" && units === 0n };
}

function wholeDigits(units: bigint, scale: number): number {
  return (
    (units / 10n ** BigInt(scale)).toString().length + (units < 0n && units > -(10n ** BigInt(scale)) ? 1 : 0)
  );
}

const decimal = (units: bigint, scale: number, wholeWidth: number): Decimal => ({
  units,
  scale,
  infinite: 0,
  wholeWidth,
});

const infinity = (sign: string): Decimal => ({
  units: 0n,
  scale: 0,
  infinite: sign === "-" ? -1 : 1,
  wholeWidth: 3 + (sign === "-" ? 1 : 0),
});

function parseSpecial(sign: string, word: string): Decimal | "nan" | undefined {
  if (word.startsWith("nan")) return "nan";
  if (word.startsWith("inf")) return infinity(sign);
  const hex = /^0x([\da-f]*)(?:\.([\da-f]*))?(?:p([-+]?\d+))?$/.exec(word);
  if (hex === null || ((hex[1] ?? "") === "" && (hex[2] ?? "") === "")) return undefined;
  const [, whole = "", fraction = "", exponent = "0"] = hex;
  const power = Math.max(-1024, Math.min(1024, Number(exponent))) - 4 * fraction.length;
  let units = BigInt(`0x${whole}${fraction}`);
  let scale = 0;
  if (power >= 0) units <<= BigInt(power);
  else {
    units *= 5n ** BigInt(-power);
    scale = -power;
    while (scale > 0 && units % 10n === 0n) {
      units /= 10n;
      scale--;
    }
  }
  if (sign === "-") units = -units;
  return decimal(units, scale, wholeDigits(units, scale));
}

/** The number in units of 10^-scale, for a scale no smaller than its own. */
export const unitsAt = ({ units, scale }: Decimal, target: number): bigint =>
  units * 10n ** BigInt(target - scale);

export function fixed(units: bigint, scale: number, width = 0): string {
  const negative = units < 0n;
  const digits = (negative ? -units : units).toString().padStart(scale + 1, "0");
  const body = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return negative ? `-${body.padStart(width - 1, "0")}` : body.padStart(width, "0");
}
