import { type Decimal, fixed, unitsAt } from "./decimal.ts";

const CHUNK = 65536;
const LONGEST_INTEGER = 18;

const isPlainInteger = ({ units, scale, infinite, negativeZero }: Decimal): boolean =>
  infinite === 0 && scale === 0 && !negativeZero && units > -(2n ** 52n) && units < 2n ** 52n;

/** How many numbers there are; undefined: without end. */
export function countOf(first: Decimal, step: Decimal, last: Decimal): bigint | undefined {
  if (first.infinite !== 0 || step.infinite !== 0)
    return first.infinite === 0 || first.infinite === last.infinite ? 1n : 0n;
  const up = step.units > 0n;
  if (last.infinite !== 0) return last.infinite > 0 === up ? undefined : 0n;
  const scale = Math.max(first.scale, step.scale, last.scale);
  const distance = unitsAt(last, scale) - unitsAt(first, scale);
  const stride = unitsAt(step, scale);
  if (distance === 0n) return 1n;
  if (distance > 0n !== up) return 0n;
  return distance / stride + 1n;
}

/** Decimal integers, one a line, written digit by digit into chunks: the fast path. */
function* integerChunks(first: number, step: number, count: number): Generator<Uint8Array> {
  let value = first;
  let left = count;
  while (left > 0) {
    const chunk = new Uint8Array(CHUNK);
    let at = 0;
    for (; left > 0 && at < CHUNK - LONGEST_INTEGER; left--) {
      at = writeInteger(chunk, at, value);
      chunk[at++] = 10;
      value += step;
    }
    yield chunk.subarray(0, at);
  }
}

function writeInteger(into: Uint8Array, at: number, value: number): number {
  if (value < 0) {
    into[at++] = 45;
    value = -value;
  }
  let length = 1;
  for (let limit = 10; limit <= value; limit *= 10) length++;
  const end = at + length;
  let i = end;
  for (; value > 0x7fffffff; value = Math.floor(value / 10)) into[--i] = 48 + (value % 10);
  let small = value | 0;
  while (i > at) {
    const rest = (small / 10) | 0;
    into[--i] = 48 + small - rest * 10;
    small = rest;
  }
  return end;
}

export interface TextSequence {
  first: Decimal;
  step: Decimal;
  last: Decimal;
  count: bigint | undefined;
  /** Shows one number, given as exact decimal text. */
  format: ((number: string) => string) | undefined;
  separator: string;
  equalWidth: boolean;
}

/** The output in pieces, without the newline that ends it unless that is the separator. */
export function chunksOf(sequence: TextSequence): Iterable<Uint8Array | string> {
  const { first, step, last, count, format, separator, equalWidth } = sequence;
  const plain = format === undefined && !equalWidth && separator === "\n";
  if (plain && count !== undefined && [first, step, last].every(isPlainInteger)) {
    return integerChunks(Number(first.units), Number(step.units), Number(count));
  }
  return textChunks(sequence);
}

/** All numbers with the separator between them, in pieces. */
function* textChunks(sequence: TextSequence): Generator<string> {
  const { first, step, count, format, separator } = sequence;
  if (first.infinite !== 0) {
    yield first.infinite < 0 ? "-inf" : "inf";
    return;
  }
  const scale = Math.max(first.scale, step.infinite === 0 ? step.scale : 0);
  const width = sequence.equalWidth ? commonWidth(sequence, scale) : 0;
  const stride = step.infinite === 0 ? unitsAt(step, scale) : 0n;
  let units = unitsAt(first, scale);
  let out = "";
  for (let i = 0n; count === undefined || i < count; i++) {
    if (i > 0n) out += separator;
    const text =
      i === 0n && first.negativeZero ? `-${fixed(0n, scale, width - 1)}` : fixed(units, scale, width);
    out += format === undefined ? text : format(text);
    units += stride;
    if (out.length < CHUNK / 4) continue;
    yield out;
    out = "";
  }
  yield separator === "\n" ? `${out}\n` : out;
}

/** -w: as wide as FIRST or LAST would be with the common number of decimals. */
function commonWidth({ first, last }: TextSequence, scale: number): number {
  const decimals = scale === 0 ? 0 : scale + 1;
  const widthOf = (number: Decimal): number =>
    number.infinite === 0 ? number.wholeWidth + decimals : number.wholeWidth;
  return Math.max(widthOf(first), widthOf(last));
}
