// Describes a tool call in a line or two.

import type { ToolCallUpdate } from "@agentos/core";

const MOST_DIFF_LINES = 12;

type Content = NonNullable<ToolCallUpdate["content"]>[number];
type Diff = Extract<Content, { type: "diff" }>;

export interface DiffLine {
  sign: "+" | "-" | " ";
  text: string;
}

/** The call in one line of at most `columns` columns. */
export function callLine({ kind, title }: Pick<ToolCallUpdate, "kind" | "title">, columns: number): string {
  const text = (title ?? "tool").replace(/\s+/g, " ").trim();
  const line = kind === "execute" ? `$ ${text}` : text;
  return line.length > columns ? `${line.slice(0, Math.max(1, columns - 1))}…` : line;
}

/** The last line of the call's output: where a command says why it failed. */
export function lastLine({ content }: Pick<ToolCallUpdate, "content">): string {
  const texts = (content ?? []).flatMap((item) =>
    item.type === "content" && item.content.type === "text" ? [item.content.text] : [],
  );
  return texts.join("").trimEnd().split("\n").at(-1)!.trim();
}

/** The changes that the call makes to files, shortened to a few lines. */
export function diffLines({ content }: Pick<ToolCallUpdate, "content">): DiffLine[] {
  const diffs = (content ?? []).filter((item): item is Diff => item.type === "diff");
  const lines = diffs.flatMap(changedLines);
  if (lines.length <= MOST_DIFF_LINES) return lines;
  const left = lines.length - MOST_DIFF_LINES;
  return [...lines.slice(0, MOST_DIFF_LINES), { sign: " ", text: `… ${left} more lines` }];
}

/** A diff without the lines that both texts have in common at their beginning and end. */
function changedLines({ oldText, newText }: Diff): DiffLine[] {
  const before = linesOf(oldText ?? "");
  const after = linesOf(newText);
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < shorter - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  const signed = (sign: "-" | "+", lines: string[]) =>
    lines.slice(head, lines.length - tail).map((text) => ({ sign, text }));
  return [...signed("-", before), ...signed("+", after)];
}

function linesOf(text: string): string[] {
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}
