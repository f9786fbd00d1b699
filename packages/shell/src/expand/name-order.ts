// Sorts file names by bytes, in short turns if there are many.

import type { Co } from "../co.ts";
import type { Shell } from "../shell.ts";

const RUN = 1024;

/** The order of UTF-16 differs from that of bytes only above the surrogates. */
function byBytes(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x === y) continue;
    const [xs, ys] = [(x & 0xf800) === 0xd800, (y & 0xf800) === 0xd800];
    return xs === ys ? x - y : xs ? 1 : -1;
  }
  return a.length - b.length;
}

/** Sorts by bytes: short runs first, then merged two by two. */
export function* sortNames(shell: Shell, names: readonly string[]): Co<readonly string[]> {
  let runs: string[][] = [];
  for (let from = 0; from < names.length; from += RUN) {
    runs.push(names.slice(from, from + RUN).sort(byBytes));
    yield* shell.breathe();
  }
  while (runs.length > 1) {
    const merged: string[][] = [];
    for (let i = 0; i < runs.length; i += 2) merged.push(yield* merge(shell, runs[i]!, runs[i + 1] ?? []));
    runs = merged;
  }
  return runs[0] ?? [];
}

function* merge(shell: Shell, left: readonly string[], right: readonly string[]): Co<string[]> {
  const merged: string[] = [];
  let [i, j] = [0, 0];
  while (i < left.length || j < right.length) {
    const fromLeft = j >= right.length || (i < left.length && byBytes(left[i]!, right[j]!) <= 0);
    merged.push(fromLeft ? left[i++]! : right[j++]!);
    if (merged.length % RUN === 0) yield* shell.breathe();
  }
  return merged;
}
