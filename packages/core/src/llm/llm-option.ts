// The option `llm` of `AgentOs.create()`: a language model for the agents of the VM.

import { z } from "zod";

/** A provider that is not known by name. */
export interface CustomProvider {
  /** The name in events and messages. */
  name: string;
  /** Whose protocol it speaks: this decides where the key goes, how errors look and where tokens are counted. */
  protocol: "anthropic" | "openai";
  /** Where its API is. */
  baseUrl: string;
  /** Sent with every request, besides the key. */
  headers?: Readonly<Record<string, string>>;
}

/** A language model, and how much of it agents may use. */
export interface LlmOption {
  /** Whose API it is. */
  provider: "anthropic" | "openai" | CustomProvider;
  /** The key. It stays in the app's process. */
  apiKey: string;
  /** @default the provider's own */
  baseUrl?: string;
  /** Names, in which "*" stands for anything. @default all */
  allowedModels?: readonly string[];
  /**
   * How many input and output tokens, cached ones included, one session may use. The request that crosses it is the last.
   */
  maxTokensPerSession?: number;
}

const url = z.url({ protocol: /^https?$/, error: "must be an http or https URL" });

const customProvider = z.strictObject({
  name: z.string().min(1),
  protocol: z.enum(["anthropic", "openai"]),
  baseUrl: url,
  headers: z.record(z.string(), z.string()).optional(),
} satisfies Record<keyof CustomProvider, z.ZodType>);

export const llmSchema = z.strictObject({
  provider: z.union(
    [z.enum(["anthropic", "openai"]), customProvider],
    'must be "anthropic", "openai", or { name, protocol, baseUrl }',
  ),
  apiKey: z.string().min(1, "must not be empty"),
  baseUrl: url.optional(),
  allowedModels: z.array(z.string().min(1)).optional(),
  maxTokensPerSession: z.number().int().positive().optional(),
} satisfies Record<keyof LlmOption, z.ZodType>);
