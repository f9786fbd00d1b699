import { expect, it } from "vitest";
import { changedRanges } from "./changed-ranges.ts";

const MIB = 1 << 20;

function filled(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => (i * 31 + (i >> 9)) & 0xff);
}

function apply(before: Uint8Array, size: number, ranges: readonly [number, Uint8Array][]): Uint8Array {
  const result = new Uint8Array(size);
  result.set(before.subarray(0, size));
  for (const [at, bytes] of ranges) result.set(bytes, at);
  return result;
}

it("nothing has changed", () => {
  expect(changedRanges(filled(3 * MIB), filled(3 * MIB))).toHaveLength(0);
});

it.each([
  ["a byte", 2 * MIB, [5]],
  ["the first and the last byte", 2 * MIB, [0, 2 * MIB - 1]],
  ["bytes on both sides of a page's end", MIB, [4095, 4096]],
  ["bytes far from each other", 5 * MIB, [7, MIB + 3, 4 * MIB + 9000]],
])("%s: what is written makes the new content, and is little", (_, size, places) => {
  const before = filled(size);
  const after = before.slice();
  for (const at of places) after[at]! ^= 1;
  const ranges = changedRanges(before, after)!;
  expect(Buffer.compare(apply(before, size, ranges), after)).toBe(0);
  expect(ranges.reduce((sum, [, bytes]) => sum + bytes.length, 0)).toBeLessThanOrEqual(4096 * places.length);
});

it("content that grows or shrinks", () => {
  const long = filled(2 * MIB + 8192);
  const short = long.slice(0, 2 * MIB);
  expect(Buffer.compare(apply(short, long.length, changedRanges(short, long)!), long)).toBe(0);
  expect(Buffer.compare(apply(long, short.length, changedRanges(long, short)!), short)).toBe(0);
});

it("content that is mostly new is written whole", () => {
  expect(changedRanges(new Uint8Array(MIB), filled(MIB))).toBeUndefined();
  expect(changedRanges(new Uint8Array(0), filled(4096))).toBeUndefined();
});
