// What a transaction has changed in a database: it is compared with what it was, which costs far less than writing it.

/** Compared in large steps, then in those that differ by the page. Every size of a page divides it, or is divided by it. */
const STEP = 1 << 20;
const PAGE = 4096;

const { compare } = Buffer;

/** @returns offsets and bytes in turn; undefined: so much that all may as well be written */
export function changedRanges(
  before: Uint8Array,
  after: Uint8Array,
): [offset: number, bytes: Uint8Array][] | undefined {
  const ranges: { from: number; to: number }[] = [];
  let total = 0;
  for (let step = 0; step < after.length; step += STEP) {
    if (isSame(before, after, step, STEP)) continue;
    for (let at = step; at < Math.min(step + STEP, after.length); at += PAGE) {
      if (isSame(before, after, at, PAGE)) continue;
      const to = Math.min(at + PAGE, after.length);
      total += to - at;
      const last = ranges.at(-1);
      if (last?.to === at) last.to = to;
      else ranges.push({ from: at, to });
    }
    if (total > after.length / 2) return undefined;
  }
  return ranges.map(({ from, to }) => [from, after.subarray(from, to)]);
}

function isSame(one: Uint8Array, other: Uint8Array, at: number, length: number): boolean {
  return compare(one.subarray(at, at + length), other.subarray(at, at + length)) === 0;
}
