// Pi's tool calls, in terms of the Agent Client Protocol.

import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import type { ToolCallContent, ToolCallUpdate, ToolKind } from "@agentclientprotocol/sdk";

const KINDS: Record<string, ToolKind> = {
  bash: "execute",
  edit: "edit",
  find: "search",
  grep: "search",
  ls: "read",
  read: "read",
  write: "edit",
};
/** The old content of a larger file is not shown. */
const MAX_DIFF_BYTES = 1024 * 1024;

interface Edit {
  oldText: string;
  newText: string;
}

interface Arguments {
  path?: string;
  command?: string;
  pattern?: string;
  content?: string;
  edits: Edit[];
}

interface Result {
  content?: { type: string; text?: string }[];
}

/** What is known of a call before it runs, even before its arguments are checked. */
export function describeCall(toolCallId: string, name: string, input: unknown, cwd: string) {
  const args = argumentsIn(input);
  const { path, command, pattern } = args;
  return {
    toolCallId,
    title: command ?? ([name, pattern, path].filter(Boolean).join(" ") || name),
    kind: KINDS[name] ?? "other",
    rawInput: input,
    ...(path !== undefined && { locations: [{ path: resolve(cwd, path) }] }),
    content: diffsOf(name, args, cwd),
  } satisfies ToolCallUpdate;
}

/** A model may pass anything: arguments of the wrong type count as missing. */
function argumentsIn(input: unknown): Arguments {
  const { edits, ...rest } = (input ?? {}) as Record<string, unknown>;
  const texts = Object.entries(rest).filter(([, value]) => typeof value === "string");
  return { ...Object.fromEntries(texts), edits: Array.isArray(edits) ? edits.filter(isEdit) : [] };
}

function isEdit(edit: unknown): edit is Edit {
  const { oldText, newText } = (edit ?? {}) as Partial<Edit>;
  return typeof oldText === "string" && typeof newText === "string";
}

/** The changes that the call will make to files. */
function diffsOf(name: string, { path, content, edits }: Arguments, cwd: string): ToolCallContent[] {
  if (path === undefined) return [];
  const absolute = resolve(cwd, path);
  if (name === "write" && content !== undefined) {
    return [{ type: "diff", path: absolute, oldText: textOf(absolute), newText: content }];
  }
  if (name !== "edit") return [];
  return edits.map(({ oldText, newText }) => ({ type: "diff", path: absolute, oldText, newText }));
}

function textOf(path: string): string | null {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat?.isFile() || stat.size > MAX_DIFF_BYTES) return null;
  return readFileSync(path, "utf8");
}

/** The output of a tool. */
export function outputOf(result: unknown): ToolCallContent[] {
  const { content = [] } = (result ?? {}) as Result;
  return content.flatMap(({ type, text }) =>
    type === "text" && text ? [{ type: "content" as const, content: { type: "text" as const, text } }] : [],
  );
}
