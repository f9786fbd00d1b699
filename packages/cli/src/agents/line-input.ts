// Lines from the user's terminal, with editing and a history. Between two of them the terminal is as it was: what is
// typed meanwhile waits, and Ctrl-C is a signal.

import { createInterface, type Interface } from "node:readline";

export type Answer = { line: string } | "interrupt" | "end";

export interface LineInputOptions {
  output: NodeJS.WriteStream;
  /** What Tab makes of a line: those that it may become. */
  complete?: (line: string) => string[];
}

export class LineInput {
  readonly #options: LineInputOptions;
  #history: string[] = [];
  /** Lines that were pasted with one before. */
  readonly #ahead: string[] = [];

  constructor(options: LineInputOptions) {
    this.#options = options;
  }

  /** "interrupt" is Ctrl-C, "end" is Ctrl-D on an empty line, or that the signal has been given. */
  read(prompt: string, signal?: AbortSignal): Promise<Answer> {
    const ahead = this.#ahead.shift();
    if (ahead !== undefined) return Promise.resolve({ line: ahead });
    if (signal?.aborted) return Promise.resolve("end");
    const lines = this.#open(prompt);
    const { promise, resolve } = Promise.withResolvers<Answer>();
    const onAbort = () => lines.close();
    signal?.addEventListener("abort", onAbort);
    const pasted: string[] = [];
    lines.on("line", (line) => {
      pasted.push(line);
      // What came with this line comes now.
      if (pasted.length === 1) setImmediate(() => lines.close());
    });
    lines.on("SIGINT", () => {
      this.#options.output.write("\n");
      resolve("interrupt");
      lines.close();
    });
    lines.on("history", (history) => {
      this.#history = history;
    });
    lines.on("close", () => {
      signal?.removeEventListener("abort", onAbort);
      const [line, ...rest] = pasted;
      this.#ahead.push(...rest);
      resolve(line === undefined ? "end" : { line });
    });
    lines.prompt();
    return promise;
  }

  #open(prompt: string): Interface {
    const { output, complete } = this.#options;
    return createInterface({
      input: process.stdin,
      output,
      terminal: true,
      prompt,
      history: [...this.#history],
      removeHistoryDuplicates: true,
      completer: (line: string) => [complete?.(line) ?? [], line],
    });
  }
}
