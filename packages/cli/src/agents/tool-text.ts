// A tool call in a line or two.

import type { ToolCallUpdate } from "@agentos/core";

const MOST_DIFF_LINES = 12;

type Content = NonNullable<ToolCallUpdate["content"]>[number];
type Diff = Extract<Content, { type: "diff" }>;

export interface DiffLine {
  sign: "+" | "-" | " ";
  text: string;
}

/** What the call is, in one line of at most so many columns. */
export function callLine({ kind, title }: Pick<ToolCallUpdate, "kind" | "title">, columns: number): string {
  const text = (title ?? "tool").replace(/\s+/g, " ").trim();
  const line = kind === "execute" ? `$ ${text}` : text;
  return line.length > columns ? `${line.slice(0, Math.max(1, columns - 1))}…` : line;
}

/** The end of what the call has said: where a command tells why it failed. */
export function lastLine({ content }: Pick<ToolCallUpdate, "content">): string {
  const texts = (content ?? []).flatMap((item) =>
    item.type === "content" && item.content.type === "text" ? [item.content.text] : [],
  );
  return texts.join("").trimEnd().split("\n").at(-1)!.trim();
}

/** What the call changes in files, shortened to a few lines. */
export function diffLines({ content }: Pick<ToolCallUpdate, "content">): DiffLine[] {
  const diffs = (content ?? []).filter((item): item is Diff => item.type === "diff");
  const lines = diffs.flatMap(changedLines);
  if (lines.length <= MOST_DIFF_LINES) return lines;
  const left = lines.length - MOST_DIFF_LINES;
  return [...lines.slice(0, MOST_DIFF_LINES), { sign: " ", text: `… ${left} more lines` }];
}

/** Without the lines that both texts begin and end with. */
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
