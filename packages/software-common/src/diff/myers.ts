// The shortest edit script. Source: E. Myers, "An O(ND) Difference Algorithm and Its Variations" (1986), the
// linear-space variant. As in GNU diff, the result may be longer if two files have little in common.

import { shiftBoundaries } from "./hunks.ts";
import type { Pause } from "./lines.ts";

/** Marks which elements of each side have no counterpart on the other. */
export interface Marks {
  left: Uint8Array;
  right: Uint8Array;
}

/** Beyond this edit distance the search is no longer exact, so that hostile input cannot take quadratic time. */
const COST_LIMIT = 2048;

/**
 * Compares two sequences of symbols. Equal ends are set aside, except for `horizon` elements next to the rest;
 * elements that the other side lacks are certainly changes. What remains is searched.
 */
export async function compare(
  left: Int32Array,
  right: Int32Array,
  horizon: number,
  pause: Pause,
): Promise<Marks> {
  const marks: Marks = { left: new Uint8Array(left.length), right: new Uint8Array(right.length) };
  const shortest = Math.min(left.length, right.length);
  let before = 0;
  while (before < shortest && left[before] === right[before]) before++;
  let after = 0;
  while (after < shortest - before && left.at(-1 - after) === right.at(-1 - after)) after++;
  before = Math.max(0, before - horizon);
  after = Math.max(0, after - horizon);
  const [leftEnd, rightEnd] = [left.length - after, right.length - after];
  const [a, b] = [left.subarray(before, leftEnd), right.subarray(before, rightEnd)];
  const inner = await compareInner(a, b, pause);
  shiftBoundaries(a, inner.left, inner.right);
  shiftBoundaries(b, inner.right, inner.left);
  marks.left.set(inner.left, before);
  marks.right.set(inner.right, before);
  return marks;
}

async function compareInner(left: Int32Array, right: Int32Array, pause: Pause): Promise<Marks> {
  const [a, b] = [common(left, right), common(right, left)];
  const waiting = pause();
  if (waiting) await waiting;
  const found = await search(a.symbols, b.symbols, pause);
  return {
    left: spread(left.length, a.indices, found.left),
    right: spread(right.length, b.indices, found.right),
  };
}

/** The elements that the other side has too, and their indexes. */
function common(one: Int32Array, other: Int32Array): { symbols: Int32Array; indices: Int32Array } {
  const known = new Uint8Array(other.reduce((most, symbol) => Math.max(most, symbol), 0) + 1);
  for (const symbol of other) known[symbol] = 1;
  const indices = new Int32Array(one.length);
  let count = 0;
  for (let i = 0; i < one.length; i++) if (known[one[i]!]) indices[count++] = i;
  const kept = indices.subarray(0, count);
  return { symbols: kept.map((index) => one[index]!), indices: kept };
}

/** Marks of all elements from those of the ones that took part. */
function spread(length: number, indices: Int32Array, marks: Uint8Array): Uint8Array {
  const all = new Uint8Array(length).fill(1);
  for (let i = 0; i < indices.length; i++) all[indices[i]!] = marks[i]!;
  return all;
}

async function search(left: Int32Array, right: Int32Array, pause: Pause): Promise<Marks> {
  const marks: Marks = { left: new Uint8Array(left.length), right: new Uint8Array(right.length) };
  const span = left.length + right.length + 3;
  const state: Search = {
    left,
    right,
    forward: new Int32Array(span),
    backward: new Int32Array(span),
    offset: right.length + 1,
    pause,
  };
  const pending: [number, number, number, number][] = [[0, left.length, 0, right.length]];
  for (let next = pending.pop(); next; next = pending.pop()) {
    let [fromLeft, toLeft, fromRight, toRight] = next;
    while (fromLeft < toLeft && fromRight < toRight && left[fromLeft] === right[fromRight]) {
      fromLeft++;
      fromRight++;
    }
    while (fromLeft < toLeft && fromRight < toRight && left[toLeft - 1] === right[toRight - 1]) {
      toLeft--;
      toRight--;
    }
    if (fromLeft === toLeft) marks.right.fill(1, fromRight, toRight);
    else if (fromRight === toRight) marks.left.fill(1, fromLeft, toLeft);
    else {
      const wait = pause();
      if (wait) await wait;
      const [x, y] = await middle(state, fromLeft, toLeft, fromRight, toRight);
      pending.push([x, toLeft, y, toRight], [fromLeft, x, fromRight, y]);
    }
  }
  return marks;
}

interface Search {
  left: Int32Array;
  right: Int32Array;
  /** Furthest x on each diagonal x - y, shifted by `offset`. */
  forward: Int32Array;
  backward: Int32Array;
  offset: number;
  pause: Pause;
}

/** A point that an optimal path goes through; both halves are smaller than the whole. */
async function middle(
  { left, right, forward, backward, offset, pause }: Search,
  fromLeft: number,
  toLeft: number,
  fromRight: number,
  toRight: number,
): Promise<[number, number]> {
  const lowest = fromLeft - toRight;
  const highest = toLeft - fromRight;
  const forwardMiddle = fromLeft - fromRight;
  const backwardMiddle = toLeft - toRight;
  let [forwardLow, forwardHigh] = [forwardMiddle, forwardMiddle];
  let [backwardLow, backwardHigh] = [backwardMiddle, backwardMiddle];
  const odd = ((forwardMiddle - backwardMiddle) & 1) !== 0;
  forward[forwardMiddle + offset] = fromLeft;
  backward[backwardMiddle + offset] = toLeft;
  for (let cost = 1; ; cost++) {
    if ((cost & 63) === 0) {
      const wait = pause();
      if (wait) await wait;
    }
    if (forwardLow > lowest) forward[--forwardLow - 1 + offset] = -1;
    else forwardLow++;
    if (forwardHigh < highest) forward[++forwardHigh + 1 + offset] = -1;
    else forwardHigh--;
    for (let d = forwardHigh; d >= forwardLow; d -= 2) {
      const low = forward[d - 1 + offset]!;
      const high = forward[d + 1 + offset]!;
      let x = low < high ? high : low + 1;
      let y = x - d;
      while (x < toLeft && y < toRight && left[x] === right[y]) {
        x++;
        y++;
      }
      forward[d + offset] = x;
      if (odd && backwardLow <= d && d <= backwardHigh && backward[d + offset]! <= x) return [x, y];
    }
    if (backwardLow > lowest) backward[--backwardLow - 1 + offset] = 0x7fffffff;
    else backwardLow++;
    if (backwardHigh < highest) backward[++backwardHigh + 1 + offset] = 0x7fffffff;
    else backwardHigh--;
    for (let d = backwardHigh; d >= backwardLow; d -= 2) {
      const low = backward[d - 1 + offset]!;
      const high = backward[d + 1 + offset]!;
      let x = low < high ? low : high - 1;
      let y = x - d;
      while (fromLeft < x && fromRight < y && left[x - 1] === right[y - 1]) {
        x--;
        y--;
      }
      backward[d + offset] = x;
      if (!odd && forwardLow <= d && d <= forwardHigh && x <= forward[d + offset]!) return [x, y];
    }
    if (cost >= COST_LIMIT) return furthest(forward, offset, forwardLow, forwardHigh, toLeft, toRight);
  }
}

/** Good enough: the forward path that came furthest. */
function furthest(
  forward: Int32Array,
  offset: number,
  low: number,
  high: number,
  toLeft: number,
  toRight: number,
): [number, number] {
  let best: [number, number] = [0, 0];
  let sum = -1;
  for (let d = high; d >= low; d -= 2) {
    const x = Math.min(forward[d + offset]!, toLeft);
    const y = Math.min(x - d, toRight);
    if (x + y > sum) {
      sum = x + y;
      best = [y + d, y];
    }
  }
  return best;
}
