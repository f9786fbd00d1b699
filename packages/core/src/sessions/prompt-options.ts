// What `sendPrompt` takes.

import type { ContentBlock } from "@agentclientprotocol/sdk";
import { z } from "zod";
import { milliseconds } from "../option-schemas.ts";
import { parseOptions } from "../options-check.ts";

/** How long `sendPrompt` may take, and what cancels it. */
export interface PromptOptions {
  /** Cancels the turn after this time and fails with AgentTimeoutError. */
  timeoutMs?: number;
  /** Cancels the turn. A prompt whose turn has not begun is dropped and fails with an AbortError. */
  signal?: AbortSignal;
}

const optionsSchema = z.strictObject({
  timeoutMs: milliseconds.optional(),
  signal: z.instanceof(AbortSignal).optional(),
} satisfies Record<keyof PromptOptions, z.ZodType>);

const contentBlock = z.discriminatedUnion("type", [
  z.looseObject({ type: z.literal("text"), text: z.string() }),
  z.looseObject({ type: z.literal("image"), data: z.string(), mimeType: z.string() }),
  z.looseObject({ type: z.literal("audio"), data: z.string(), mimeType: z.string() }),
  z.looseObject({ type: z.literal("resource_link"), uri: z.string(), name: z.string() }),
  z.looseObject({ type: z.literal("resource"), resource: z.looseObject({ uri: z.string() }) }),
]);

const promptSchema = z.object({
  prompt: z.union([z.string(), z.array(contentBlock)], "must be a text, or a list of ACP's content blocks"),
});

/** @throws ConfigError, which names what is wrong */
export function promptBlocks(prompt: string | readonly ContentBlock[]): ContentBlock[] {
  parseOptions(promptSchema, { prompt }, "sendPrompt");
  return typeof prompt === "string" ? [{ type: "text", text: prompt }] : [...prompt];
}

/** @throws ConfigError, which names what is wrong */
export function promptOptions(options: PromptOptions): PromptOptions {
  return parseOptions(optionsSchema, options, "sendPrompt");
}
