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
  for (const content of textOf(answer).match(/\S+\s*/g) ?? []) {
    yield { ...base, choices: [{ index: 0, delta: { content }, finish_reason: null }] };
  }
  yield { ...base, choices: [{ index: 0, delta: {}, finish_reason: "stop" }] };
  if (includeUsage) yield { ...base, choices: [], usage: usageOf(answer) };
}
