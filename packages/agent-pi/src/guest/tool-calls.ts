// Pi's tool calls in the words of the Agent Client Protocol.

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
/** A file that is larger is shown without what it was before. */
const MAX_DIFF_BYTES = 1024 * 1024;

interface Arguments {
  path?: string;
  command?: string;
  pattern?: string;
  content?: string;
  edits?: { oldText: string; newText: string }[];
}

interface Result {
  content?: { type: string; text?: string }[];
}

/** What is known of a call before it runs. */
export function describeCall(toolCallId: string, name: string, args: unknown, cwd: string) {
  const { path, command, pattern } = (args ?? {}) as Arguments;
  return {
    toolCallId,
    title: command ?? ([name, pattern, path].filter(Boolean).join(" ") || name),
    kind: KINDS[name] ?? "other",
    rawInput: args,
    ...(path !== undefined && { locations: [{ path: resolve(cwd, path) }] }),
    content: diffsOf(name, args, cwd),
  } satisfies ToolCallUpdate;
}

/** What the call will change in files. */
function diffsOf(name: string, args: unknown, cwd: string): ToolCallContent[] {
  const { path, content, edits } = (args ?? {}) as Arguments;
  if (typeof path !== "string") return [];
  const absolute = resolve(cwd, path);
  if (name === "write" && typeof content === "string") {
    return [{ type: "diff", path: absolute, oldText: textOf(absolute), newText: content }];
  }
  if (name !== "edit" || !Array.isArray(edits)) return [];
  return edits.map(({ oldText, newText }) => ({ type: "diff", path: absolute, oldText, newText }));
}

function textOf(path: string): string | null {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat?.isFile() || stat.size > MAX_DIFF_BYTES) return null;
  return readFileSync(path, "utf8");
}

/** What a tool has said. */
export function outputOf(result: unknown): ToolCallContent[] {
  const { content = [] } = (result ?? {}) as Result;
  return content.flatMap(({ type, text }) =>
    type === "text" && text ? [{ type: "content" as const, content: { type: "text" as const, text } }] : [],
  );
}
