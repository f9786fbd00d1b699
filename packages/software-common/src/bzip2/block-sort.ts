import type { Work } from "./format.ts";

/** Steps between two pauses. */
const SLICE = 1 << 15;

/**
 * Sorts the rotations of a text by their first 1, 2, 4, 8 … bytes, each time using the ranks found for half as many,
 * so that no text, however repetitive, takes more than log₂ n rounds.
 */
export function* sortRotations(text: Uint8Array, length: number): Work<Int32Array> {
  const order = new Int32Array(length);
  const spare = new Int32Array(length);
  let rank = new Int32Array(length);
  let nextRank = new Int32Array(length);
  const starts = new Int32Array(Math.max(256, length) + 1);
  for (let i = 0; i < length; i++) starts[text[i]! + 1]!++;
  for (let byte = 0; byte < 256; byte++) starts[byte + 1]! += starts[byte]!;
  const first = starts.slice(0, 257);
  for (let i = 0; i < length; i++) order[first[text[i]!]!++] = i;
  let ranks = 0;
  for (let i = 0; i < length; i++) {
    if (i > 0 && text[order[i]!] !== text[order[i - 1]!]) ranks++;
    rank[order[i]!] = ranks;
  }
  for (let width = 1; ranks < length - 1 && width < length; width *= 2) {
    yield undefined;
    // Moving back by `width`, the rotations come in order of their second halves.
    for (let i = 0; i < length; i++) {
      const before = order[i]! - width;
      spare[i] = before < 0 ? before + length : before;
    }
    yield undefined;
    starts.fill(0, 0, ranks + 2);
    for (let i = 0; i < length; i++) starts[rank[i]! + 1]!++;
    for (let i = 0; i <= ranks; i++) starts[i + 1]! += starts[i]!;
    for (let i = 0; i < length; i++) {
      const rotation = spare[i]!;
      order[starts[rank[rotation]!]!++] = rotation;
      if (i % SLICE === 0) yield undefined;
    }
    ranks = 0;
    const second = (rotation: number) => {
      const at = rotation + width;
      return rank[at >= length ? at - length : at]!;
    };
    for (let i = 0; i < length; i++) {
      const here = order[i]!;
      const before = i > 0 ? order[i - 1]! : here;
      if (i > 0 && (rank[here] !== rank[before] || second(here) !== second(before))) ranks++;
      nextRank[here] = ranks;
      if (i % SLICE === 0) yield undefined;
    }
    [rank, nextRank] = [nextRank, rank];
  }
  return order;
}
