import { describe } from "../describe.ts";
import { isNumber, JqError, numberOf, type Value } from "../value.ts";
import { type Native, type Natives, wantNumber } from "./native.ts";

const unary =
  (calculate: (x: number) => number): Native =>
  (input) =>
    calculate(wantNumber(input));
const binary =
  (calculate: (x: number, y: number) => number): Native =>
  (_, [x, y]) =>
    calculate(wantNumber(x!), wantNumber(y!));

function halfEven(x: number): number {
  const whole = Math.floor(x);
  const rest = x - whole;
  return rest > 0.5 || (rest === 0.5 && whole % 2 !== 0) ? whole + 1 : whole;
}

/** x = fraction * 2^exponent, the fraction from a half to one. */
function split(x: number): [fraction: number, exponent: number] {
  if (x === 0 || !Number.isFinite(x)) return [x, 0];
  let exponent = Math.max(-1023, Math.floor(Math.log2(Math.abs(x))) + 1);
  let fraction = x * 2 ** -exponent;
  for (; Math.abs(fraction) < 0.5; exponent--) fraction *= 2;
  for (; Math.abs(fraction) >= 1; exponent++) fraction /= 2;
  return [fraction, exponent];
}

/** Away from zero where it is in the middle. */
const roundHalfAway = (x: number): number => Math.sign(x) * Math.round(Math.abs(x));

const SINGLE = {
  floor: Math.floor,
  ceil: Math.ceil,
  trunc: Math.trunc,
  round: roundHalfAway,
  rint: halfEven,
  nearbyint: halfEven,
  sqrt: Math.sqrt,
  cbrt: Math.cbrt,
  exp: Math.exp,
  exp2: (x: number) => 2 ** x,
  exp10: (x: number) => 10 ** x,
  expm1: Math.expm1,
  log: Math.log,
  log2: Math.log2,
  log10: Math.log10,
  log1p: Math.log1p,
  logb: (x: number) => (x === 0 ? -Infinity : split(x)[1] - 1),
  significand: (x: number) => split(x)[0] * 2,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  asin: Math.asin,
  acos: Math.acos,
  atan: Math.atan,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  asinh: Math.asinh,
  acosh: Math.acosh,
  atanh: Math.atanh,
  fabs: Math.abs,
} as const;

const DOUBLE = {
  pow: (x: number, y: number) => (x === 1 ? 1 : x ** y),
  atan2: Math.atan2,
  fmod: (x: number, y: number) => x % y,
  fmin: Math.min,
  fmax: Math.max,
  fdim: (x: number, y: number) => Math.max(0, x - y),
  hypot: Math.hypot,
  copysign: (x: number, y: number) => Math.abs(x) * (y < 0 || Object.is(y, -0) ? -1 : 1),
  ldexp: (x: number, y: number) => x * 2 ** y,
  scalb: (x: number, y: number) => x * 2 ** y,
  scalbln: (x: number, y: number) => x * 2 ** y,
} as const;

function isNormal(x: number): boolean {
  return Number.isFinite(x) && Math.abs(x) >= 2 ** -1022;
}

function abs(input: Value): Value {
  if (!isNumber(input)) throw new JqError(`${describe(input)} has no absolute value`);
  const number = numberOf(input);
  return number < 0 ? -number : input;
}

export const numbers: Natives = {
  ...Object.fromEntries(Object.entries(SINGLE).map(([name, f]) => [`${name}/0`, unary(f)])),
  ...Object.fromEntries(Object.entries(DOUBLE).map(([name, f]) => [`${name}/2`, binary(f)])),
  "fma/3": (_, [x, y, z]) => wantNumber(x!) * wantNumber(y!) + wantNumber(z!),
  "frexp/0": (input) => split(wantNumber(input)),
  "modf/0": (input) => {
    const number = wantNumber(input);
    return [Number.isFinite(number) ? number % 1 : 0, Math.trunc(number)];
  },
  "abs/0": abs,
  "infinite/0": () => Infinity,
  "nan/0": () => Number.NaN,
  "isinfinite/0": (input) => Math.abs(wantNumber(input)) === Infinity,
  "isnan/0": (input) => Number.isNaN(wantNumber(input)),
  "isnormal/0": (input) => isNormal(wantNumber(input)),
};
