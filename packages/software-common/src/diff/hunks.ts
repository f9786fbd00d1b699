// Edits and the hunks they are shown in.

import type { Marks } from "./myers.ts";

/** Lines [left, left+deleted) are replaced by [right, right+inserted); 0-based. */
export interface Edit {
  left: number;
  deleted: number;
  right: number;
  inserted: number;
}

/** Edits close enough to share their context. */
export type Hunk = Edit[];

export function editsOf({ left, right }: Marks): Edit[] {
  const edits: Edit[] = [];
  let [i, j] = [0, 0];
  while (i < left.length || j < right.length) {
    if (!left[i] && !right[j]) {
      i++;
      j++;
      continue;
    }
    const edit: Edit = { left: i, deleted: 0, right: j, inserted: 0 };
    while (left[i]) i++;
    while (right[j]) j++;
    edit.deleted = i - edit.left;
    edit.inserted = j - edit.right;
    edits.push(edit);
  }
  return edits;
}

/**
 * Moves each run of changed lines as far down as equal lines allow, and merges runs that touch. The result is what a
 * reader takes for the natural place of an insertion. Source: GNU diff, shift_boundaries.
 */
export function shiftBoundaries(lines: Int32Array, changed: Uint8Array, others: Uint8Array): void {
  let i = 0;
  let j = 0;
  const end = lines.length;
  for (;;) {
    while (i < end && !changed[i]) {
      while (others[j]) j++;
      i++;
      j++;
    }
    if (i >= end) return;
    let start = i;
    while (i < end && changed[i]) i++;
    while (others[j]) j++;
    let runLength: number;
    let corresponding: number;
    do {
      runLength = i - start;
      while (start > 0 && lines[start - 1] === lines[i - 1]) {
        changed[--start] = 1;
        changed[--i] = 0;
        while (start > 0 && changed[start - 1]) start--;
        do j--;
        while (j > 0 && others[j]);
      }
      corresponding = j > 0 && others[j - 1] ? i : end + 1;
      while (i < end && lines[start] === lines[i]) {
        changed[start++] = 0;
        changed[i++] = 1;
        while (i < end && changed[i]) i++;
        j++;
        while (others[j]) {
          corresponding = i;
          j++;
        }
      }
    } while (runLength !== i - start);
    while (corresponding < i) {
      changed[--start] = 1;
      changed[--i] = 0;
      do j--;
      while (j > 0 && others[j]);
    }
  }
}

export function hunksOf(edits: readonly Edit[], context: number): Hunk[] {
  const hunks: Hunk[] = [];
  for (const edit of edits) {
    const hunk = hunks.at(-1);
    const last = hunk?.at(-1);
    if (hunk && last && edit.left - (last.left + last.deleted) <= 2 * context) hunk.push(edit);
    else hunks.push([edit]);
  }
  return hunks;
}
