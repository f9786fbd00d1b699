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

const SIGNATURE = "c2lnbmVk";

const toolId = (index: number): string => `toolu_${String(index).padStart(4, "0")}`;

function blockOf(part: Part, index: number): Record<string, unknown> {
  if ("text" in part) return { type: "text", text: part.text };
  if ("thinking" in part) return { type: "thinking", thinking: part.thinking, signature: SIGNATURE };
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
  yield {
    type: "content_block_start",
    index,
    content_block: { ...blockOf(part, index), ...EMPTY[kindOf(part)] },
  };
  for (const delta of deltasOf(part)) yield { type: "content_block_delta", index, delta };
  yield { type: "content_block_stop", index };
}

const EMPTY = { text: { text: "" }, thinking: { thinking: "", signature: "" }, tool: { input: {} } };

const kindOf = (part: Part): keyof typeof EMPTY =>
  "text" in part ? "text" : "thinking" in part ? "thinking" : "tool";

function deltasOf(part: Part): object[] {
  if ("text" in part) return words(part.text).map((text) => ({ type: "text_delta", text }));
  if ("tool" in part) {
    return halves(JSON.stringify(part.input)).map((json) => ({
      type: "input_json_delta",
      partial_json: json,
    }));
  }
  const thoughts = words(part.thinking).map((thinking) => ({ type: "thinking_delta", thinking }));
  return [...thoughts, { type: "signature_delta", signature: SIGNATURE }];
}

function halves(text: string): string[] {
  const middle = Math.ceil(text.length / 2);
  return [text.slice(0, middle), text.slice(middle)];
}
