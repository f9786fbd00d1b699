import type { Compare } from "./key-column.ts";

/** Gives way between slices of work; undefined while there is time left. */
export type Pause = () => Promise<void> | undefined;

const BLOCK = 1024;
const FILLED_BETWEEN_PAUSES = 1 << 16;

/** 1: in order; -1: strictly backwards; 0: neither. */
async function direction(count: number, compare: Compare, pause: Pause): Promise<-1 | 0 | 1> {
  if (count < 2) return 1;
  const down = compare(0, 1) > 0;
  for (let i = 1; i < count; i++) {
    if (compare(i - 1, i) > 0 !== down) return 0;
    if (i % BLOCK === 0) {
      const waiting = pause();
      if (waiting) await waiting;
    }
  }
  return down ? -1 : 1;
}

/** A stable sort of the numbers 0 … count-1 that never runs longer than a slice of time. */
export async function sortIndexes(count: number, compare: Compare, pause: Pause): Promise<Uint32Array> {
  let order = new Uint32Array(count);
  const way = await direction(count, compare, pause);
  for (let i = 0; i < count; i++) {
    order[i] = way < 0 ? count - 1 - i : i;
    const waiting = i % FILLED_BETWEEN_PAUSES === 0 ? pause() : undefined;
    if (waiting) await waiting;
  }
  if (way !== 0) return order;
  for (let start = 0; start < count; start += BLOCK) {
    order.subarray(start, start + BLOCK).sort(compare);
    const waiting = pause();
    if (waiting) await waiting;
  }
  let spare = new Uint32Array(count);
  for (let width = BLOCK; width < count; width *= 2) {
    for (let start = 0; start < count; start += 2 * width) {
      await mergeRuns(order, spare, start, width, compare, pause);
    }
    [order, spare] = [spare, order];
  }
  return order;
}

async function mergeRuns(
  from: Uint32Array,
  into: Uint32Array,
  start: number,
  width: number,
  compare: Compare,
  pause: Pause,
): Promise<void> {
  const middle = Math.min(start + width, from.length);
  const end = Math.min(middle + width, from.length);
  if (middle === end || compare(from[middle - 1]!, from[middle]!) <= 0) {
    into.set(from.subarray(start, end), start);
    return;
  }
  let left = start;
  let right = middle;
  let out = start;
  while (left < middle && right < end) {
    const stop = Math.min(out + BLOCK, end);
    while (out < stop && left < middle && right < end) {
      into[out++] = compare(from[left]!, from[right]!) <= 0 ? from[left++]! : from[right++]!;
    }
    const waiting = pause();
    if (waiting) await waiting;
  }
  into.set(left < middle ? from.subarray(left, middle) : from.subarray(right, end), out);
}
