// Counts the tokens of one answer as it passes: by the provider's own figures or, so that an answer that is cut off
// before them is not free, by an estimate.

import { LineSplitter } from "../sessions/agent/line-splitter.ts";
import type { TokenUsage } from "../sessions/store/session-events.ts";
import { type LlmProtocol, objectOf } from "./protocols.ts";

/** Answers and events longer than this are not searched for figures. */
const MOST_BYTES = 8 * 1024 * 1024;
const BYTES_PER_TOKEN = 4;

export class UsageMeter {
  readonly #protocol: LlmProtocol;
  readonly #requestBytes: number;
  readonly #isStream: boolean;
  readonly #lines = new LineSplitter(MOST_BYTES);
  readonly #found: Partial<TokenUsage> = {};
  #events = 0;
  #blind = false;

  constructor(protocol: LlmProtocol, requestBytes: number, isStream: boolean) {
    this.#protocol = protocol;
    this.#requestBytes = requestBytes;
    this.#isStream = isStream;
  }

  push(chunk: Uint8Array): void {
    if (this.#blind) return;
    try {
      for (const line of this.#lines.push(chunk)) if (this.#isStream) this.#event(line);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#blind = true;
    }
  }

  #event(line: string): void {
    if (!line.startsWith("data:")) return;
    this.#events++;
    if (line.includes('"usage"')) this.#search(line.slice(5));
  }

  #search(json: string): void {
    let data: unknown;
    try {
      data = JSON.parse(json);
    } catch {
      return;
    }
    for (const [name, tokens] of Object.entries(this.#protocol.usageIn(objectOf(data) ?? {}) ?? {})) {
      if (tokens !== undefined) this.#found[name as keyof TokenUsage] = tokens;
    }
  }

  /** A refused request costs nothing. */
  finish(ok: boolean): TokenUsage {
    if (!this.#blind && !this.#isStream) this.#search(this.#lines.rest());
    const { inputTokens, outputTokens, cacheReadTokens = 0, cacheWriteTokens = 0 } = this.#found;
    return {
      inputTokens: inputTokens ?? (ok ? Math.ceil(this.#requestBytes / BYTES_PER_TOKEN) : 0),
      outputTokens: Math.max(outputTokens ?? 0, ok && !this.#complete ? this.#events : 0),
      cacheReadTokens,
      cacheWriteTokens,
    };
  }

  /** Whether the final figures of a stream have come. */
  get #complete(): boolean {
    return this.#found.outputTokens !== undefined && this.#found.outputTokens > 1;
  }
}

export function totalOf(usage: TokenUsage): number {
  return usage.inputTokens + usage.outputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
}
