// Responses. https://platform.openai.com/docs/api-reference/responses-streaming

import type { Answer, Part } from "./scenario.ts";

type Item = Record<string, unknown>;

function itemOf(part: Part, index: number): Item {
  if ("tool" in part) {
    const { tool: name, input } = part;
    const call = { id: `fc_${index}`, call_id: `call_${index}`, name, arguments: JSON.stringify(input) };
    return { type: "function_call", status: "completed", ...call };
  }
  const text = "text" in part ? part.text : part.thinking;
  const content = [{ type: "output_text", text, annotations: [] }];
  return { id: `msg_${index}`, type: "message", role: "assistant", status: "completed", content };
}

export function wholeResponse(model: string, id: string, answer: Answer): Item {
  const { message = [], inputTokens = 100, outputTokens = message.length * 10 } = answer;
  return {
    id,
    object: "response",
    status: "completed",
    model,
    output: message.map(itemOf),
    usage: {
      input_tokens: inputTokens,
      output_tokens: outputTokens,
      total_tokens: inputTokens + outputTokens,
      input_tokens_details: { cached_tokens: 0 },
    },
  };
}

export function* responseEvents(model: string, id: string, answer: Answer): Generator<Item> {
  const response = wholeResponse(model, id, answer);
  yield {
    type: "response.created",
    response: { ...response, status: "in_progress", output: [], usage: null },
  };
  for (const [output_index, part] of (answer.message ?? []).entries()) {
    const item = itemOf(part, output_index);
    const at = { item_id: item.id, output_index };
    if ("tool" in part) {
      yield { type: "response.output_item.added", output_index, item: { ...item, arguments: "" } };
      yield { type: "response.function_call_arguments.delta", ...at, delta: item.arguments };
      yield { type: "response.function_call_arguments.done", ...at, arguments: item.arguments };
    } else {
      const text = "text" in part ? part.text : part.thinking;
      const empty = { type: "output_text", text: "", annotations: [] };
      yield { type: "response.output_item.added", output_index, item: { ...item, content: [] } };
      yield { type: "response.content_part.added", ...at, content_index: 0, part: empty };
      for (const delta of text.match(/\S+\s*/g) ?? []) {
        yield { type: "response.output_text.delta", ...at, content_index: 0, delta };
      }
    }
    yield { type: "response.output_item.done", output_index, item };
  }
  yield { type: "response.completed", response };
}
