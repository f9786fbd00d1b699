// One call as a channel: it yields the answer in chunks, then the exit status. Closing it aborts the call.

import type { Channel } from "../vm/channel.ts";
import type { ToolOutput } from "../vm/processes/tool-commands.ts";

export interface ToolAnswer {
  text: string;
  status: number;
}

const CHUNK = 65_536;
const encoder = new TextEncoder();

export class ToolRun implements Channel<ToolOutput, never> {
  readonly #controller = new AbortController();
  readonly #onEnd: (run: ToolRun) => void;
  readonly #answer: Promise<ToolAnswer | undefined>;
  #bytes: Uint8Array | undefined;
  #sent = 0;
  #ended = false;

  constructor(answer: (signal: AbortSignal) => Promise<ToolAnswer>, onEnd: (run: ToolRun) => void) {
    this.#onEnd = onEnd;
    const { signal } = this.#controller;
    const given = new Promise<undefined>((resolve) => {
      signal.addEventListener("abort", () => resolve(undefined), { once: true });
    });
    this.#answer = Promise.race([answer(signal), given]);
  }

  async read(): Promise<ToolOutput | undefined> {
    const answer = await this.#answer;
    if (answer === undefined || this.#ended) return undefined;
    this.#bytes ??= encoder.encode(answer.text);
    if (this.#sent < this.#bytes.length) {
      const chunk = this.#bytes.subarray(this.#sent, this.#sent + CHUNK);
      this.#sent += chunk.length;
      return chunk;
    }
    this.#end();
    return answer.status;
  }

  write(): never {
    throw new TypeError("the answer of a tool only flows to its caller");
  }

  end(): void {}

  close(error?: Error): void {
    if (this.#ended) return;
    this.#end();
    this.#controller.abort(
      error ?? new DOMException("the program that called the tool has ended", "AbortError"),
    );
  }

  #end(): void {
    this.#ended = true;
    this.#onEnd(this);
  }
}
