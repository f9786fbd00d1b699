// Turns a session's past back into updates.

import type { SessionUpdate } from "@agentclientprotocol/sdk";
import type { AgentSession } from "@earendil-works/pi-coding-agent";
import { describeCall, outputOf } from "./tool-calls.ts";

type Message = AgentSession["messages"][number];

export function* retold(messages: readonly Message[], cwd: string): Generator<SessionUpdate> {
  for (const message of messages) {
    if (message.role === "user") yield* chunks("user_message_chunk", message.content);
    if (message.role === "toolResult") {
      const { toolCallId, isError, content } = message;
      const status = isError ? "failed" : "completed";
      yield { sessionUpdate: "tool_call_update", toolCallId, status, content: outputOf({ content }) };
    }
    if (message.role !== "assistant") continue;
    for (const part of message.content) {
      if (part.type === "text") yield* chunks("agent_message_chunk", part.text);
      if (part.type === "thinking") yield* chunks("agent_thought_chunk", part.thinking);
      if (part.type === "toolCall") {
        // The files have been changed since: what was in them before is no longer known.
        const { content: _, ...call } = describeCall(part.id, part.name, part.arguments, cwd);
        yield { sessionUpdate: "tool_call", status: "in_progress", ...call };
      }
    }
  }
}

function* chunks(
  sessionUpdate: "user_message_chunk" | "agent_message_chunk" | "agent_thought_chunk",
  content: string | readonly { type: string; text?: string }[],
): Generator<SessionUpdate> {
  const parts = typeof content === "string" ? [{ type: "text", text: content }] : content;
  for (const { type, text } of parts) {
    if (type === "text" && text) yield { sessionUpdate, content: { type, text } };
  }
}
