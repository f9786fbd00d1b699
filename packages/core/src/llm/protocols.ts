// What the gateway knows about the protocols of language models.

import type { TokenUsage } from "../sessions/store/session-events.ts";

export type JsonObject = Readonly<Record<string, unknown>>;

export interface LlmProtocol {
  readonly baseUrl: string;
  /** The requests that are let through. Tokens are counted in the answers of those that are `metered`. */
  readonly routes: readonly { method: string; path: RegExp; metered: boolean }[];
  keyHeaders(apiKey: string): Record<string, string>;
  /** The environment variables by which agents find the model. */
  environment(origin: string, token: string): Record<string, string>;
  /** The body of an error in this protocol. */
  errorBody(type: string, message: string): JsonObject;
  /** Changes a request so that its answer counts tokens. */
  prepare(path: string, body: JsonObject): JsonObject;
  /** The token counts in a JSON answer or in an event of a stream; undefined if there are none. */
  usageIn(data: JsonObject): Partial<TokenUsage> | undefined;
}

const anthropic: LlmProtocol = {
  baseUrl: "https://api.anthropic.com",
  routes: [
    { method: "POST", path: /^\/v1\/messages$/, metered: true },
    { method: "POST", path: /^\/v1\/messages\/count_tokens$/, metered: false },
    { method: "GET", path: /^\/v1\/models(\/[\w.:-]+)?$/, metered: false },
  ],
  keyHeaders: (apiKey) => ({ "x-api-key": apiKey, "anthropic-version": "2023-06-01" }),
  environment: (origin, token) => ({ ANTHROPIC_BASE_URL: origin, ANTHROPIC_API_KEY: token }),
  errorBody: (type, message) => ({ type: "error", error: { type, message } }),
  prepare: (_path, body) => body,
  usageIn(data) {
    const usage = objectOf(data.usage) ?? objectOf(objectOf(data.message)?.usage);
    return (
      usage && {
        inputTokens: count(usage.input_tokens),
        outputTokens: count(usage.output_tokens),
        cacheReadTokens: count(usage.cache_read_input_tokens),
        cacheWriteTokens: count(usage.cache_creation_input_tokens),
      }
    );
  },
};

const openai: LlmProtocol = {
  baseUrl: "https://api.openai.com",
  routes: [
    { method: "POST", path: /^\/v1\/(chat\/completions|completions|responses|embeddings)$/, metered: true },
    { method: "GET", path: /^\/v1\/models(\/[\w.:-]+)?$/, metered: false },
  ],
  keyHeaders: (apiKey) => ({ authorization: `Bearer ${apiKey}` }),
  environment: (origin, token) => ({ OPENAI_BASE_URL: `${origin}/v1`, OPENAI_API_KEY: token }),
  errorBody: (type, message) => ({ error: { type, code: type, message, param: null } }),
  // Streams of completions only count tokens if asked to.
  prepare: (path, body) =>
    body.stream === true && path.endsWith("/completions")
      ? { ...body, stream_options: { ...objectOf(body.stream_options), include_usage: true } }
      : body,
  usageIn(data) {
    const usage = objectOf(data.usage) ?? objectOf(objectOf(data.response)?.usage);
    if (usage === undefined) return undefined;
    const details = objectOf(usage.prompt_tokens_details) ?? objectOf(usage.input_tokens_details);
    const cached = count(details?.cached_tokens) ?? 0;
    const input = count(usage.prompt_tokens) ?? count(usage.input_tokens);
    return {
      inputTokens: input === undefined ? undefined : Math.max(0, input - cached),
      outputTokens: count(usage.completion_tokens) ?? count(usage.output_tokens),
      cacheReadTokens: cached,
    };
  },
};

export const PROTOCOLS = { anthropic, openai } as const;

export function objectOf(value: unknown): JsonObject | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : undefined;
}

function count(value: unknown): number | undefined {
  return typeof value === "number" && value >= 0 ? value : undefined;
}
