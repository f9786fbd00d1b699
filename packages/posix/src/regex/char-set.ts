// Sets of characters as sorted, disjoint, inclusive ranges: [low, high, low, high, …] of code points. A byte that is
// not valid UTF-8 is the lone surrogate U+DC00 + byte; no class and no "." contains it.

export type CharSet = readonly number[];

const LAST = 0x10ffff;
const ESCAPED_BYTES: CharSet = [0xdc80, 0xdcff];

export function charSet(...ranges: number[]): CharSet {
  return normalize(ranges);
}

/** Sorts ranges and merges those that touch. */
export function normalize(ranges: readonly number[]): CharSet {
  const pairs: [number, number][] = [];
  for (let i = 0; i < ranges.length; i += 2) pairs.push([ranges[i]!, ranges[i + 1]!]);
  pairs.sort((a, b) => a[0] - b[0]);
  const out: number[] = [];
  for (const [low, high] of pairs) {
    const last = out.length - 1;
    if (last > 0 && low <= out[last]! + 1) out[last] = Math.max(out[last]!, high);
    else out.push(low, high);
  }
  return out;
}

export function union(...sets: readonly CharSet[]): CharSet {
  return normalize(sets.flat());
}

/** All characters that are not in `set`; never the bytes that are no character. */
export function complement(set: CharSet): CharSet {
  const excluded = union(set, ESCAPED_BYTES);
  const out: number[] = [];
  let next = 0;
  for (let i = 0; i < excluded.length; i += 2) {
    if (excluded[i]! > next) out.push(next, excluded[i]! - 1);
    next = excluded[i + 1]! + 1;
  }
  if (next <= LAST) out.push(next, LAST);
  return out;
}

/** The characters and bytes of `set` that are not in `other`. */
export function difference(set: CharSet, other: CharSet): CharSet {
  const out: number[] = [];
  for (let i = 0; i < set.length; i += 2) {
    let low = set[i]!;
    const high = set[i + 1]!;
    for (let k = 0; k < other.length; k += 2) {
      if (other[k + 1]! < low || other[k]! > high) continue;
      if (other[k]! > low) out.push(low, other[k]! - 1);
      low = other[k + 1]! + 1;
    }
    if (low <= high) out.push(low, high);
  }
  return out;
}

export function contains(set: CharSet, code: number): boolean {
  let low = 0;
  let high = set.length / 2 - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (code < set[middle * 2]!) high = middle - 1;
    else if (code > set[middle * 2 + 1]!) low = middle + 1;
    else return true;
  }
  return false;
}

export const ANY: CharSet = complement([]);

const FOLD_LIMIT = 3000;

/** The set with the other case of each of its letters. Ranges beyond a few thousand characters hold both already. */
export function foldCase(set: CharSet): CharSet {
  const out = [...set];
  for (let i = 0; i < set.length; i += 2) {
    const [low, high] = [set[i]!, set[i + 1]!];
    for (let code = low; code <= Math.min(high, low + FOLD_LIMIT); code++) {
      for (const other of otherCases(code)) out.push(other, other);
    }
  }
  return normalize(out);
}

function otherCases(code: number): number[] {
  if (code < 0x80) {
    const upper = code & ~0x20;
    return upper >= 0x41 && upper <= 0x5a ? [code ^ 0x20] : [];
  }
  const char = String.fromCodePoint(code);
  return [char.toLowerCase(), char.toUpperCase()]
    .filter((other) => other !== char && [...other].length === 1)
    .map((other) => other.codePointAt(0)!)
    .filter((other) => other >= 0x80);
}
