// The language model of the examples: the provider's own if ANTHROPIC_API_KEY is set, else one that plays a script, so
// that the examples can be tried without a key. An app writes: llm: { provider: "anthropic", apiKey }.

import type { LlmOption } from "@agentos/core";
import { type Answer, FakeProvider } from "@agentos/testing-llm";

export interface ExampleModel extends AsyncDisposable {
  llm: LlmOption;
}

export async function exampleModel(script: readonly Answer["message"][]): Promise<ExampleModel> {
  const apiKey = process.env.ANTHROPIC_API_KEY;
  if (apiKey) return { llm: { provider: "anthropic", apiKey }, async [Symbol.asyncDispose]() {} };
  const scripted = await FakeProvider.start({ answers: script.map((message) => ({ message })) });
  return {
    llm: { provider: "anthropic", apiKey: "none-is-needed", baseUrl: scripted.url },
    [Symbol.asyncDispose]: () => scripted[Symbol.asyncDispose](),
  };
}
