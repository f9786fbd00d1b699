// A transcript as text, for an agent that is to continue a session it does not remember.

import type { ContentBlock, ToolCall } from "@agentclientprotocol/sdk";
import type { SessionEvent } from "./session-events.ts";

/** A longer transcript is cut at its beginning: the end says most. */
const MOST_CHARACTERS = 100_000;

export function transcriptText(events: readonly SessionEvent[]): string {
  const turns: { who: string; text: string }[] = [];
  const say = (who: string, text: string): void => {
    const last = turns.at(-1);
    if (last?.who === who) last.text += text;
    else turns.push({ who, text });
  };
  for (const event of events) {
    if (event.type === "prompt") say("User", blocksText(event.prompt));
    if (event.type !== "update") continue;
    const { update } = event;
    if (update.sessionUpdate === "agent_message_chunk") say("Assistant", blocksText([update.content]));
    if (update.sessionUpdate === "tool_call") say("Tool", `${toolText(update)}\n`);
  }
  const text = turns.map((turn) => `${turn.who}: ${turn.text.trim()}`).join("\n\n");
  const kept = text.length > MOST_CHARACTERS ? `[…]\n${text.slice(-MOST_CHARACTERS)}` : text;
  return `This is what has been said and done in this session so far:\n\n<transcript>\n${kept}\n</transcript>\n`;
}

function blocksText(blocks: readonly ContentBlock[]): string {
  return blocks
    .map((block) => {
      if (block.type === "text") return block.text;
      if (block.type === "resource_link") return block.uri;
      return block.type === "resource" ? block.resource.uri : `[${block.type}]`;
    })
    .join("");
}

function toolText({ title, locations }: ToolCall): string {
  const paths = (locations ?? []).map(({ path }) => path);
  return paths.length > 0 ? `${title} (${paths.join(", ")})` : title;
}
