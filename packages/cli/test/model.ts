import { FakeProvider, type Scenario } from "@agentos/testing-llm";
import { onTestFinished } from "vitest";

/** A scripted model, and the environment in which the command finds it. */
export async function startModel(answers: Scenario["answers"], apiKey = "sk-secret-of-the-host") {
  const provider = await FakeProvider.start({ apiKey, answers });
  onTestFinished(() => provider[Symbol.asyncDispose]());
  const { OPENAI_API_KEY: _, NO_COLOR: __, FORCE_COLOR: ___, ...rest } = process.env;
  const env = { ...rest, ANTHROPIC_API_KEY: apiKey, ANTHROPIC_BASE_URL: provider.url, TERM: "xterm" };
  return { provider, env };
}
