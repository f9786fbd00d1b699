// Shows what an agent does: its words on standard output, everything else on standard error.

import { styleText } from "node:util";
import type { PermissionRequest, SessionEvent, SessionUpdate, ToolCallUpdate } from "@agentos/core";
import type { StatusLine } from "./status-line.ts";
import { callLine, type DiffLine, diffLines, lastLine } from "./tool-text.ts";

type Style = Parameters<typeof styleText>[0];

const DIFF_STYLES = { "+": "green", "-": "red", " ": "dim" } as const;

export class TurnView {
  readonly #status: StatusLine;
  /** What was written last, if its line has not been ended yet. */
  #open: "text" | "thought" | undefined;
  #calls = new Map<string, { kind?: ToolCallUpdate["kind"]; diff: DiffLine[] }>();

  constructor(status: StatusLine) {
    this.#status = status;
  }

  show(event: SessionEvent): void {
    if (event.type === "prompt") this.#status.show("thinking …");
    else if (event.type === "update") this.#update(event.update);
    else if (event.type === "turn_end" || event.type === "turn_error") this.#endTurn();
  }

  #update(update: SessionUpdate): void {
    switch (update.sessionUpdate) {
      case "agent_message_chunk":
        if (update.content.type === "text") this.#write("text", update.content.text);
        break;
      case "agent_thought_chunk":
        if (update.content.type === "text" && process.stderr.isTTY)
          this.#write("thought", update.content.text);
        break;
      case "plan":
        for (const { status, content } of update.entries) {
          this.note(`${status === "completed" ? "✓" : "·"} ${content}`, "dim");
        }
        break;
      case "tool_call":
        this.#begin(update);
        break;
      case "tool_call_update":
        this.#end(update);
    }
  }

  #write(what: "text" | "thought", text: string): void {
    if (text === "") return;
    this.#status.clear();
    if (this.#open !== what) this.#endLine();
    if (what === "text") process.stdout.write(text);
    else process.stderr.write(styleText("dim", text, { stream: process.stderr }));
    this.#open = text.endsWith("\n") ? undefined : what;
  }

  #endLine(): void {
    if (this.#open === "text") process.stdout.write("\n");
    if (this.#open === "thought") process.stderr.write("\n");
    this.#open = undefined;
  }

  /** A line of its own. */
  note(text: string, style: Style = []): void {
    this.#status.clear();
    this.#endLine();
    process.stderr.write(`${styleText(style, text, { stream: process.stderr })}\n`);
  }

  #begin(call: Extract<SessionUpdate, { sessionUpdate: "tool_call" }>): void {
    this.#calls.set(call.toolCallId, { kind: call.kind, diff: diffLines(call) });
    this.note(`● ${callLine(call, (process.stderr.columns || 80) - 2)}`, "cyan");
    this.#status.show("running …");
  }

  #end(call: ToolCallUpdate): void {
    const begun = this.#calls.get(call.toolCallId);
    if (!begun || (call.status !== "completed" && call.status !== "failed")) return;
    this.#calls.delete(call.toolCallId);
    if (call.status === "failed") this.note(`  ✗ ${lastLine(call)}`, "red");
    else this.#diff(begun.diff);
    this.#status.show("thinking …");
  }

  #diff(lines: readonly DiffLine[]): void {
    for (const { sign, text } of lines) this.note(`  ${sign} ${text}`, DIFF_STYLES[sign]);
  }

  /** Shows a permission request with its diff, which is then not shown again afterwards. */
  asks({ toolCall }: PermissionRequest): void {
    const begun = this.#calls.get(toolCall.toolCallId);
    if (begun === undefined) this.note(`● ${callLine(toolCall, (process.stderr.columns || 80) - 2)}`, "cyan");
    this.#status.clear();
    this.#endLine();
    this.#diff(begun?.diff ?? diffLines(toolCall));
    if (begun) begun.diff = [];
  }

  #endTurn(): void {
    this.#status.clear();
    this.#endLine();
    this.#calls.clear();
  }
}
