// The two columns of diff -y. Source: diffutils, side.c.

import type { Side } from "./formats.ts";
import type { Edit } from "./hunks.ts";

export interface Columns {
  width: number;
  expandTabs: boolean;
  leftColumn: boolean;
  suppressCommon: boolean;
}

const TAB = 8;
const LEAST_GUTTER = 3;

export function* sideBySide(
  left: Side,
  right: Side,
  edits: readonly Edit[],
  columns: Columns,
): Generator<string> {
  const printer = new Printer(left, right, columns);
  let [i, j] = [0, 0];
  const common = function* (until: number) {
    for (; i < until; i++, j++) {
      if (columns.suppressCommon) continue;
      yield columns.leftColumn ? printer.line(i, "(", undefined) : printer.line(i, " ", j);
    }
  };
  for (const edit of edits) {
    yield* common(edit.left);
    const [leftEnd, rightEnd] = [i + edit.deleted, j + edit.inserted];
    while (i < leftEnd && j < rightEnd) yield printer.line(i++, "|", j++);
    while (i < leftEnd) yield printer.line(i++, "<", undefined);
    while (j < rightEnd) yield printer.line(undefined, ">", j++);
  }
  yield* common(left.lines.length);
}

class Printer {
  readonly #left: Side;
  readonly #right: Side;
  readonly #expandTabs: boolean;
  /** Columns for each side, and where the right one begins. */
  readonly #half: number;
  readonly #offset: number;

  constructor(left: Side, right: Side, { width, expandTabs }: Columns) {
    this.#left = left;
    this.#right = right;
    this.#expandTabs = expandTabs;
    const tab = expandTabs ? 1 : TAB;
    const gap = tab + LEAST_GUTTER;
    const unaligned = (width >> 1) + (gap >> 1) + (width & gap & 1);
    const offset = unaligned - (unaligned % tab);
    this.#half = Math.max(0, Math.min(offset - LEAST_GUTTER, width - offset));
    this.#offset = this.#half > 0 ? offset : width;
  }

  line(leftIndex: number | undefined, separator: string, rightIndex: number | undefined): string {
    let out = "";
    let column = 0;
    const leftEnds = leftIndex !== undefined && endsLine(this.#left, leftIndex);
    const rightEnds = rightIndex !== undefined && endsLine(this.#right, rightIndex);
    if (leftIndex !== undefined) [out, column] = this.#text(this.#left.lines[leftIndex]!);
    let mark = separator;
    if (mark === "|" && leftEnds !== rightEnds) mark = leftEnds ? "/" : "\\";
    if (mark !== " ") {
      const middle = (this.#half + this.#offset - 1) >> 1;
      out += this.#gap(column, middle) + mark;
      column = middle + 1;
    }
    const text = rightIndex === undefined ? "" : this.#right.lines[rightIndex]!;
    if (text !== "") out += this.#gap(column, this.#offset) + this.#text(text)[0];
    return leftEnds || rightEnds ? `${out}\n` : out;
  }

  #gap(from: number, to: number): string {
    if (this.#expandTabs) return " ".repeat(Math.max(0, to - from));
    const tabs = Math.max(0, Math.floor(to / TAB) - Math.floor(from / TAB));
    const reached = tabs > 0 ? Math.floor(to / TAB) * TAB : from;
    return "\t".repeat(tabs) + " ".repeat(Math.max(0, to - reached));
  }

  /** A line cut to half the width; the columns it takes. */
  #text(line: string): [string, number] {
    let out = "";
    let [read, written] = [0, 0];
    for (const char of line) {
      if (read >= this.#half) break;
      if (char !== "\t") {
        out += char;
        written = ++read;
        continue;
      }
      const stop = read + TAB - (read % TAB);
      if (read === written && this.#expandTabs) {
        out += " ".repeat(Math.min(stop, this.#half) - written);
        written = Math.min(stop, this.#half);
      } else if (read === written && stop < this.#half) {
        out += char;
        written = stop;
      }
      read = stop;
    }
    return [out, written];
  }
}

const endsLine = (side: Side, index: number): boolean =>
  !(side.incomplete && index === side.lines.length - 1);
