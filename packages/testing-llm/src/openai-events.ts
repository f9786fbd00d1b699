// Chat completions. https://platform.openai.com/docs/api-reference/chat

import type { Answer } from "./scenario.ts";

function usageOf({ message = [], inputTokens = 100, outputTokens }: Answer) {
  const completion = outputTokens ?? message.length * 10;
  return {
    prompt_tokens: inputTokens,
    completion_tokens: completion,
    total_tokens: inputTokens + completion,
    prompt_tokens_details: { cached_tokens: 0 },
  };
}

const textOf = ({ message = [] }: Answer): string =>
  message.map((part) => ("text" in part ? part.text : "")).join("");

export function wholeCompletion(model: string, id: string, answer: Answer): Record<string, unknown> {
  const message = { role: "assistant", content: textOf(answer) };
  return {
    id,
    object: "chat.completion",
    model,
    choices: [{ index: 0, message, finish_reason: "stop" }],
    usage: usageOf(answer),
  };
}

export function* completionEvents(
  model: string,
  id: string,
  answer: Answer,
  includeUsage: boolean,
): Generator<Record<string, unknown>> {
  const base = { id, object: "chat.completion.chunk", model };
  const chunk = (delta: object, finish_reason: string | null = null) => ({
    ...base,
    choices: [{ index: 0, delta, finish_reason }],
  });
  for (const content of textOf(answer).match(/\S+\s*/g) ?? []) yield chunk({ content });
  const calls = toolsOf(answer);
  for (const [index, call] of calls.entries()) yield chunk({ tool_calls: [{ index, ...call }] });
  yield chunk({}, calls.length > 0 ? "tool_calls" : "stop");
  if (includeUsage) yield { ...base, choices: [], usage: usageOf(answer) };
}

function toolsOf({ message = [] }: Answer) {
  return message.flatMap((part, index) => {
    if (!("tool" in part)) return [];
    const call = { name: part.tool, arguments: JSON.stringify(part.input) };
    return [{ id: `call_${index}`, type: "function", function: call }];
  });
}
