// The Messages API's answers. https://docs.anthropic.com/en/docs/build-with-claude/streaming

import type { Answer, Part } from "./scenario.ts";

export interface SseEvent {
  type: string;
  [field: string]: unknown;
}

const words = (text: string): string[] => text.match(/\S+\s*|\s+/g) ?? [];

function usageOf({ message = [], inputTokens = 100, outputTokens }: Answer) {
  const count = message.reduce((sum, part) => sum + ("text" in part ? words(part.text).length : 10), 0);
  return { input_tokens: inputTokens, output_tokens: outputTokens ?? count };
}

const stopReason = (message: readonly Part[]): string =>
  message.some((part) => "tool" in part) ? "tool_use" : "end_turn";

const toolId = (index: number): string => `toolu_${String(index).padStart(4, "0")}`;

function blockOf(part: Part, index: number): Record<string, unknown> {
  if ("text" in part) return { type: "text", text: part.text };
  return { type: "tool_use", id: toolId(index), name: part.tool, input: part.input };
}

/** The whole message, as a request without `stream` gets it. */
export function wholeMessage(model: string, id: string, answer: Answer): Record<string, unknown> {
  const message = answer.message ?? [];
  return {
    id,
    type: "message",
    role: "assistant",
    model,
    content: message.map(blockOf),
    stop_reason: stopReason(message),
    stop_sequence: null,
    usage: usageOf(answer),
  };
}

export function* messageEvents(model: string, id: string, answer: Answer): Generator<SseEvent> {
  const message = answer.message ?? [];
  const usage = usageOf(answer);
  const begun = wholeMessage(model, id, { ...answer, message: [] });
  yield {
    type: "message_start",
    message: { ...begun, stop_reason: null, usage: { ...usage, output_tokens: 1 } },
  };
  yield { type: "ping" };
  for (const [index, part] of message.entries()) yield* partEvents(part, index);
  const delta = { stop_reason: stopReason(message), stop_sequence: null };
  yield { type: "message_delta", delta, usage: { output_tokens: usage.output_tokens } };
  yield { type: "message_stop" };
}

function* partEvents(part: Part, index: number): Generator<SseEvent> {
  const block = blockOf(part, index);
  const empty = "text" in part ? { ...block, text: "" } : { ...block, input: {} };
  yield { type: "content_block_start", index, content_block: empty };
  const deltas =
    "text" in part
      ? words(part.text).map((text) => ({ type: "text_delta", text }))
      : halves(JSON.stringify(part.input)).map((json) => ({ type: "input_json_delta", partial_json: json }));
  for (const delta of deltas) yield { type: "content_block_delta", index, delta };
  yield { type: "content_block_stop", index };
}

function halves(text: string): string[] {
  const middle = Math.ceil(text.length / 2);
  return [text.slice(0, middle), text.slice(middle)];
}
