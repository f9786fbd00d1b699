// The output formats of diff that show lines of both sides: normal, unified, context.

import { type Edit, type Hunk, hunksOf } from "./hunks.ts";
import { expandTabs } from "./lines.ts";

/** One side: its lines without newlines, as latin1. */
export interface Side {
  lines: readonly string[];
  /** The last line has no newline. */
  incomplete: boolean;
  /** As the headers name it, with its time stamp. */
  label: string;
}

const NO_NEWLINE = "\\ No newline at end of file\n";

/** -T and -t. */
export interface Layout {
  initialTab: boolean;
  expandTabs: boolean;
}

function line(side: Side, index: number, prefix: string, layout: Layout): string {
  const content = side.lines[index]!;
  const text = `${prefix}${layout.expandTabs ? expandTabs(content) : content}\n`;
  return side.incomplete && index === side.lines.length - 1 ? text + NO_NEWLINE : text;
}

function* lines(side: Side, from: number, count: number, prefix: string, layout: Layout): Generator<string> {
  for (let i = from; i < from + count; i++) yield line(side, i, prefix, layout);
}

/** "3" or "3,5"; an empty range names the line before it. */
export const range = (from: number, count: number): string =>
  count === 0 ? String(from) : count === 1 ? String(from + 1) : `${from + 1},${from + count}`;

export function* normal(left: Side, right: Side, edits: readonly Edit[], layout: Layout): Generator<string> {
  const gap = layout.initialTab ? "\t" : " ";
  for (const edit of edits) {
    const letter = edit.deleted === 0 ? "a" : edit.inserted === 0 ? "d" : "c";
    yield `${range(edit.left, edit.deleted)}${letter}${range(edit.right, edit.inserted)}\n`;
    yield* lines(left, edit.left, edit.deleted, `<${gap}`, layout);
    if (letter === "c") yield "---\n";
    yield* lines(right, edit.right, edit.inserted, `>${gap}`, layout);
  }
}

interface Window {
  left: number;
  leftCount: number;
  right: number;
  rightCount: number;
}

function windowOf(hunk: Hunk, context: number, left: Side, right: Side): Window {
  const [first, last] = [hunk[0]!, hunk.at(-1)!];
  const before = Math.min(context, first.left, first.right);
  const leftEnd = Math.min(left.lines.length, last.left + last.deleted + context);
  const rightEnd = Math.min(right.lines.length, last.right + last.inserted + context);
  const from = { left: first.left - before, right: first.right - before };
  return { ...from, leftCount: leftEnd - from.left, rightCount: rightEnd - from.right };
}

const unifiedRange = (from: number, count: number): string =>
  count === 1 ? String(from + 1) : `${count === 0 ? from : from + 1},${count}`;

/** A function heading for -p: the last line before the hunk that `isHeading` accepts. */
export type Heading = (left: Side, before: number) => string;

export function* unified(
  left: Side,
  right: Side,
  edits: readonly Edit[],
  context: number,
  heading: Heading,
  layout: Layout,
): Generator<string> {
  const gap = layout.initialTab ? "\t" : "";
  yield `--- ${left.label}\n+++ ${right.label}\n`;
  for (const hunk of hunksOf(edits, context)) {
    const w = windowOf(hunk, context, left, right);
    const place = `-${unifiedRange(w.left, w.leftCount)} +${unifiedRange(w.right, w.rightCount)}`;
    yield `@@ ${place} @@${heading(left, w.left)}\n`;
    let at = w.left;
    for (const edit of hunk) {
      yield* lines(left, at, edit.left - at, gap || " ", layout);
      yield* lines(left, edit.left, edit.deleted, `-${gap}`, layout);
      yield* lines(right, edit.right, edit.inserted, `+${gap}`, layout);
      at = edit.left + edit.deleted;
    }
    yield* lines(left, at, w.left + w.leftCount - at, gap || " ", layout);
  }
}

const contextRange = (from: number, count: number): string =>
  count <= 1 ? String(from + count) : `${from + 1},${from + count}`;

export function* contextual(
  left: Side,
  right: Side,
  edits: readonly Edit[],
  context: number,
  heading: Heading,
  layout: Layout,
): Generator<string> {
  const gap = layout.initialTab ? "\t" : " ";
  yield `*** ${left.label}\n--- ${right.label}\n`;
  for (const hunk of hunksOf(edits, context)) {
    const w = windowOf(hunk, context, left, right);
    yield `***************${heading(left, w.left)}\n*** ${contextRange(w.left, w.leftCount)} ****\n`;
    if (hunk.some(({ deleted }) => deleted > 0)) {
      let at = w.left;
      for (const edit of hunk) {
        yield* lines(left, at, edit.left - at, ` ${gap}`, layout);
        yield* lines(left, edit.left, edit.deleted, (edit.inserted > 0 ? "!" : "-") + gap, layout);
        at = edit.left + edit.deleted;
      }
      yield* lines(left, at, w.left + w.leftCount - at, ` ${gap}`, layout);
    }
    yield `--- ${contextRange(w.right, w.rightCount)} ----\n`;
    if (hunk.some(({ inserted }) => inserted > 0)) {
      let at = w.right;
      for (const edit of hunk) {
        yield* lines(right, at, edit.right - at, ` ${gap}`, layout);
        yield* lines(right, edit.right, edit.inserted, (edit.deleted > 0 ? "!" : "+") + gap, layout);
        at = edit.right + edit.inserted;
      }
      yield* lines(right, at, w.right + w.rightCount - at, ` ${gap}`, layout);
    }
  }
}
