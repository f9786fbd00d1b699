// What a transaction has changed in a database: found by comparing it with its earlier content, which costs far less
// than writing.

/**
 * Content is compared in steps this large, and where they differ by the page. All page sizes divide a step or are
 * multiples of it.
 */
const STEP = 1 << 20;
const PAGE = 4096;

const { compare } = Buffer;

/** @returns offsets and bytes in turn; undefined if so much changed that everything may as well be written */
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
