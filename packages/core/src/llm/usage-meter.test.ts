import { expect, it } from "vitest";
import { PROTOCOLS } from "./protocols.ts";
import { UsageMeter } from "./usage-meter.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const events = (...data: object[]) => data.map((one) => `data: ${JSON.stringify(one)}\n\n`).join("");

function measure(protocol: keyof typeof PROTOCOLS, text: string, isStream: boolean, ok = true) {
  const meter = new UsageMeter(PROTOCOLS[protocol], 400, isStream);
  for (const byte of encode(text)) meter.push(Uint8Array.of(byte));
  return meter.finish(ok);
}

it("the last figures of a stream count, with those of the cache", () => {
  const usage = {
    input_tokens: 5,
    cache_read_input_tokens: 7,
    cache_creation_input_tokens: 9,
    output_tokens: 1,
  };
  const text = events(
    { type: "message_start", message: { usage } },
    { type: "message_delta", usage: { output_tokens: 20 } },
    { type: "message_delta", usage: { output_tokens: 33 } },
  );
  expect(measure("anthropic", text, true)).toEqual({
    inputTokens: 5,
    outputTokens: 33,
    cacheReadTokens: 7,
    cacheWriteTokens: 9,
  });
});

it("OpenAI's cached tokens are not counted twice, in completions and responses", () => {
  const expected = { inputTokens: 60, outputTokens: 8, cacheReadTokens: 40, cacheWriteTokens: 0 };
  const completion = {
    usage: { prompt_tokens: 100, completion_tokens: 8, prompt_tokens_details: { cached_tokens: 40 } },
  };
  expect(measure("openai", JSON.stringify(completion), false)).toEqual(expected);
  const response = {
    type: "response.completed",
    response: { usage: { input_tokens: 100, output_tokens: 8, input_tokens_details: { cached_tokens: 40 } } },
  };
  expect(measure("openai", events(response), true)).toEqual(expected);
});

it("what gives no figures is estimated, what was refused costs nothing", () => {
  const text = events({ choices: [] }, { choices: [] }, { choices: [] });
  expect(measure("openai", text, true)).toMatchObject({ inputTokens: 100, outputTokens: 3 });
  expect(measure("anthropic", '{"error":{}}', false, false)).toMatchObject({
    inputTokens: 0,
    outputTokens: 0,
  });
});

it("what is no JSON is passed over", () => {
  expect(measure("anthropic", 'data: {"usage"\n\ndata: 1\n\n', true)).toMatchObject({ inputTokens: 100 });
});
