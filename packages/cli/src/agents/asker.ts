import type { PermissionRequest } from "@agentos/core";
import type { Ask } from "./approvals.ts";
import { LineInput } from "./line-input.ts";
import type { TurnView } from "./turn-view.ts";

/** Asks at the terminal; undefined if there is none. Ctrl-C at a question gives no answer and counts as an interrupt. */
export function terminalAsker(view: TurnView, interrupt: () => void): Ask | undefined {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  const input = new LineInput({ output: process.stderr });
  return async (request, question, signal) => {
    view.asks(request);
    const answer = await input.read(question, signal);
    if (answer === "interrupt") interrupt();
    return typeof answer === "string" ? undefined : answer.line;
  };
}

/** Says what was refused because nobody could be asked, and which flag would have allowed it. */
export function refusal({ toolCall: { title, kind } }: PermissionRequest): string {
  return `  ✗ refused, there is no terminal to ask at: ${title ?? "a tool"} (--yes or --approve ${kind ?? "other"} would allow it)`;
}
