// The functions of bc -l. Source: POSIX XCU bc, option -l. Their last digits are GNU's: each series is summed with the
// digits, and each argument made small in the way, that the GNU bc manual and its results tell.

import {
  add,
  atScale,
  compare,
  Decimal,
  DecimalTooLong,
  divide,
  multiply,
  negated,
  ONE,
  powerOfTen,
  raise,
  squareRoot,
  subtract,
  unitsAt,
  ZERO,
} from "../shared/decimal.ts";

/** Awaited now and then by everything long. */
export type Pause = () => Promise<void> | undefined;

export type MathFunction = (scale: number, pause: Pause, ...args: Decimal[]) => Promise<Decimal>;

export const mathLibrary: Readonly<Record<string, { parameters: number; run: MathFunction }>> = {
  e: { parameters: 1, run: exponential },
  l: { parameters: 1, run: logarithm },
  s: { parameters: 1, run: sine },
  c: { parameters: 1, run: cosine },
  a: { parameters: 1, run: arctangent },
  j: { parameters: 2, run: bessel },
};

const LARGEST_ARGUMENT = 3_000_000;
const TWO = new Decimal(2n);
const HALF = new Decimal(5n, 1);
const FIFTH = new Decimal(2n, 1);

const integer = (n: number): Decimal => new Decimal(BigInt(n));
const size = (x: Decimal): Decimal => (x.units < 0n ? negated(x) : x);

function quotient(a: Decimal, b: Decimal, scale: number): Decimal {
  return divide(a, b, scale)!;
}

/** first + term(1) + term(2) + …, until a term vanishes. */
async function series(first: Decimal, pause: Pause, term: (k: number) => Decimal): Promise<Decimal> {
  let sum = first;
  for (let k = 1; ; k++) {
    const next = term(k);
    if (next.isZero) return sum;
    sum = add(sum, next);
    const wait = pause();
    if (wait) await wait;
  }
}

/** Halves the argument until it is at most 1, and squares the sum as often. */
async function exponential(scale: number, pause: Pause, x: Decimal): Promise<Decimal> {
  let small = size(x);
  if (compare(small, integer(LARGEST_ARGUMENT)) > 0) throw new DecimalTooLong();
  const digits = 6 + scale + Math.trunc(0.44 * Number(unitsAt(small, 2)) * 0.01);
  let halvings = 0;
  for (let precision = small.scale + 1; compare(small, ONE) > 0; precision++, halvings++) {
    small = quotient(small, TWO, precision);
  }
  let power = small;
  let factorial = 1n;
  let result = await series(add(ONE, small), pause, (k) => {
    power = multiply(power, small, digits);
    factorial *= BigInt(k + 1);
    return quotient(power, new Decimal(factorial), digits);
  });
  for (; halvings > 0; halvings--) {
    result = multiply(result, result, digits);
    const wait = pause();
    if (wait) await wait;
  }
  return x.units < 0n ? quotient(ONE, result, scale) : atScale(result, scale);
}

/** Takes roots until the argument is near 1; then the series of the area tangent. */
async function logarithm(scale: number, pause: Pause, x: Decimal): Promise<Decimal> {
  if (x.units <= 0n) return atScale(subtract(ONE, new Decimal(powerOfTen(scale))), scale);
  const digits = scale + 6;
  let near = x;
  let factor = 2n;
  while (compare(near, TWO) >= 0 || compare(near, HALF) <= 0) {
    near = squareRoot(near, digits)!;
    factor *= 2n;
    const wait = pause();
    if (wait) await wait;
  }
  const first = quotient(subtract(near, ONE), add(near, ONE), digits);
  const square = multiply(first, first, digits);
  let power = first;
  const sum = await series(first, pause, (k) => {
    power = multiply(power, square, digits);
    return quotient(power, integer(2 * k + 1), digits);
  });
  return atScale(multiply(new Decimal(factor), sum, digits), scale);
}

/** Takes away multiples of π. */
async function sine(scale: number, pause: Pause, x: Decimal): Promise<Decimal> {
  const quarter = await arctangent(Math.trunc(1.1 * scale + 2), pause, ONE);
  const turns = quotient(add(quotient(size(x), quarter, 0), TWO), integer(4), 0);
  const rest = subtract(size(x), multiply(multiply(integer(4), turns, 0), quarter, 0));
  const small = turns.units % 2n === 0n ? rest : negated(rest);
  const digits = scale + 2;
  const square = negated(multiply(small, small, digits));
  let term = small;
  const sum = await series(small, pause, (k) => {
    term = multiply(term, quotient(square, integer((2 * k + 1) * 2 * k), digits), digits);
    return term;
  });
  return atScale(x.units < 0n ? negated(sum) : sum, scale);
}

async function cosine(scale: number, pause: Pause, x: Decimal): Promise<Decimal> {
  const digits = Math.trunc(scale * 1.2);
  const right = multiply(await arctangent(digits, pause, ONE), TWO, digits);
  return atScale(await sine(digits, pause, add(x, right)), scale);
}

/** arctan 1 and arctan 1/5 are known for the usual scales. */
const KNOWN = [
  { of: ONE, digits: "785398163397448309615660845819875721049292349843776455243736" },
  { of: FIFTH, digits: "197395559849880758370049765194790293447585103787852101517688" },
] as const;

function knownArctangent(x: Decimal, scale: number): Decimal | undefined {
  const known = KNOWN.find(({ of }) => compare(of, x) === 0);
  const length = [25, 40, 60].find((most) => scale <= most);
  if (!known || length === undefined) return undefined;
  return new Decimal(BigInt(known.digits.slice(0, length)), length);
}

/** Takes away arctan 1/5 until the argument is at most 1/5. */
async function arctangent(scale: number, pause: Pause, x: Decimal): Promise<Decimal> {
  const sign = x.units < 0n ? -1n : 1n;
  const known = knownArctangent(size(x), scale);
  if (known) return atScale(new Decimal(known.units * sign, known.scale), scale);
  const step = compare(size(x), FIFTH) > 0 ? await arctangent(scale + 5, pause, FIFTH) : ZERO;
  const digits = scale + 3;
  let small = size(x);
  let steps = 0;
  for (; compare(small, FIFTH) > 0; steps++) {
    small = quotient(subtract(small, FIFTH), add(ONE, multiply(small, FIFTH, digits)), digits);
  }
  const square = negated(multiply(small, small, digits));
  let power = small;
  const sum = await series(small, pause, (k) => {
    power = multiply(power, square, digits);
    return quotient(power, integer(2 * k + 1), digits);
  });
  const whole = add(multiply(integer(steps), step, digits), sum);
  return atScale(new Decimal(whole.units * sign, whole.scale), scale);
}

/** The Bessel function of integer order. */
async function bessel(scale: number, pause: Pause, order: Decimal, x: Decimal): Promise<Decimal> {
  const given = unitsAt(order, 0);
  const n = Number(given < 0n ? -given : given);
  if (n > 100_000 || compare(size(x), integer(100_000)) > 0) throw new DecimalTooLong();
  let factorial = 1n;
  for (let i = 2; i <= n; i++) {
    factorial *= BigInt(i);
    const wait = i % 64 === 0 ? pause() : undefined;
    if (wait) await wait;
  }
  const before = Math.trunc(scale * 1.5);
  const front = quotient(
    quotient(raise(x, integer(n), before), raise(TWO, integer(n), before), before),
    new Decimal(factorial),
    before,
  );
  const whole = unitsAt(size(front), 0).toString().length;
  const digits = before + whole - front.scale + before;
  const minusQuarterSquare = quotient(negated(multiply(x, x, digits)), integer(4), digits);
  let term = ONE;
  const sum = await series(ONE, pause, (k) => {
    term = quotient(multiply(term, minusQuarterSquare, digits), integer(k), digits);
    term = quotient(term, integer(n + k), digits);
    return term;
  });
  const product = multiply(front, sum, scale);
  return atScale(given < 0n && n % 2 === 1 ? negated(product) : product, scale);
}
