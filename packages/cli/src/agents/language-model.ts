// The key of a language model, from the environment of the user. It stays in this process.

import type { LlmOption } from "@agentos/core";
import { UsageError } from "../usage-error.ts";

const VARIABLES = {
  anthropic: { key: "ANTHROPIC_API_KEY", baseUrl: "ANTHROPIC_BASE_URL" },
  openai: { key: "OPENAI_API_KEY", baseUrl: "OPENAI_BASE_URL" },
} as const;

type Provider = keyof typeof VARIABLES;
const PROVIDERS = Object.keys(VARIABLES) as Provider[];

/**
 * The provider named at the beginning of the model's name or, if none is, the first for which there is a key.
 *
 * @throws UsageError, which names the missing variable
 */
export function languageModel(command: string, model: string | undefined): LlmOption {
  const { env } = process;
  const named = PROVIDERS.find((provider) => model?.startsWith(`${provider}/`));
  const provider = named ?? PROVIDERS.find((candidate) => env[VARIABLES[candidate].key]);
  const apiKey = provider && env[VARIABLES[provider].key];
  if (!provider || !apiKey) {
    const wanted = (named ? [named] : PROVIDERS).map((candidate) => VARIABLES[candidate].key);
    throw new UsageError(`no key for a language model: set ${wanted.join(" or ")}`, command);
  }
  const baseUrl = env[VARIABLES[provider].baseUrl];
  return { provider, apiKey, ...(baseUrl ? { baseUrl } : {}) };
}
