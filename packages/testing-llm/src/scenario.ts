// What the fake provider answers, request by request: data, also as a JSON file.

import { readFileSync } from "node:fs";

/** A part of the model's message. */
export type Part = { text: string } | { thinking: string } | { tool: string; input: unknown };

export interface Answer {
  /** Only a request whose body contains this text is answered so. */
  when?: string;
  /** Text is streamed word by word. */
  message?: readonly Part[];
  /** @default 100 */
  inputTokens?: number;
  /** @default the number of words */
  outputTokens?: number;
  /** Answers with an error instead: 401, 429, 529 … */
  error?: { status: number; type: string; message: string; retryAfter?: number };
  /** Milliseconds between two events of a stream. */
  delayMs?: number;
  /** Breaks the connection after so many events of the stream. */
  cutAfter?: number;
  /** Begins an answer and never ends it. */
  hang?: boolean;
  /** Takes the request and never begins an answer. */
  silent?: boolean;
  /** Repeats the request's headers in the message: what a careless provider might do. */
  echoHeaders?: boolean;
}

export interface Scenario {
  /** The key that is asked for. @default any */
  apiKey?: string;
  /** Used up in order; what has `when` only by a request that fits. The last one is used again and again. */
  answers: readonly Answer[];
}

export function loadScenario(path: string): Scenario {
  return JSON.parse(readFileSync(path, "utf8")) as Scenario;
}

/** Hands out the answers of a scenario. */
export class Script {
  readonly #left: Answer[];

  constructor(scenario: Scenario) {
    this.#left = [...scenario.answers];
  }

  next(body: string): Answer {
    const at = this.#left.findIndex(({ when }) => when === undefined || body.includes(when));
    const answer = this.#left[at];
    if (answer === undefined) {
      return { error: { status: 500, type: "api_error", message: "the scenario has no answer to this" } };
    }
    if (at < this.#left.length - 1) this.#left.splice(at, 1);
    return answer;
  }
}
