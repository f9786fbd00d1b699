// The output formats of diff that another program runs: ed scripts and RCS's.

import { range, type Side } from "./formats.ts";
import type { Edit } from "./hunks.ts";

const letterOf = (edit: Edit): string => (edit.deleted === 0 ? "a" : edit.inserted === 0 ? "d" : "c");

function* inserted(right: Side, edit: Edit): Generator<string> {
  for (let i = edit.right; i < edit.right + edit.inserted; i++) yield right.lines[i]!;
}

/** Last edit first, so that line numbers stay valid while the script runs. */
export function* edScript(right: Side, edits: readonly Edit[]): Generator<string> {
  for (const edit of edits.toReversed()) {
    yield `${range(edit.left, edit.deleted)}${letterOf(edit)}\n`;
    if (edit.inserted === 0) continue;
    for (const text of inserted(right, edit)) yield text === "." ? "..\n.\ns/.//\na\n" : `${text}\n`;
    yield ".\n";
  }
}

export function* forwardEdScript(right: Side, edits: readonly Edit[]): Generator<string> {
  for (const edit of edits) {
    yield `${letterOf(edit)}${range(edit.left, edit.deleted).replace(",", " ")}\n`;
    if (edit.inserted === 0) continue;
    for (const text of inserted(right, edit)) yield `${text}\n`;
    yield ".\n";
  }
}

export function* rcsScript(right: Side, edits: readonly Edit[]): Generator<string> {
  for (const edit of edits) {
    if (edit.deleted > 0) yield `d${edit.left + 1} ${edit.deleted}\n`;
    if (edit.inserted === 0) continue;
    yield `a${edit.left + edit.deleted} ${edit.inserted}\n`;
    for (let i = edit.right; i < edit.right + edit.inserted; i++) {
      const last = right.incomplete && i === right.lines.length - 1;
      yield last ? right.lines[i]! : `${right.lines[i]}\n`;
    }
  }
}
