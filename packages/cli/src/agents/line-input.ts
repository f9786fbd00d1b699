// Lines from the user's terminal, with editing and history. Between two lines the terminal is in its normal mode:
// typed characters wait, and Ctrl-C is a signal.

import { createInterface, type Interface, type Key } from "node:readline";

export type Answer = { line: string } | "interrupt" | "end";

export interface LineInputOptions {
  output: NodeJS.WriteStream;
  /** What a line may be completed to, for Tab. */
  complete?: (line: string) => string[];
}

/** What a terminal is told so that it marks what is pasted (xterm's bracketed paste mode). */
const MARK_PASTES = "\x1b[?2004h";
const LEAVE_PASTES = "\x1b[?2004l";
const PASTED_PROMPT = "… ";

export class LineInput {
  readonly #options: LineInputOptions;
  #history: string[] = [];
  /** Lines that came with one before. */
  readonly #ahead: string[] = [];
  /** The beginning of a line that did. */
  #begun = "";

  constructor(options: LineInputOptions) {
    this.#options = options;
  }

  /**
   * What is pasted is one answer, however many lines it has. "interrupt" is Ctrl-C, "end" is Ctrl-D on an empty line, or
   * that the signal has been given.
   */
  read(prompt: string, signal?: AbortSignal): Promise<Answer> {
    const ahead = this.#ahead.shift();
    if (ahead !== undefined) return Promise.resolve({ line: ahead });
    if (signal?.aborted) return Promise.resolve("end");
    const lines = this.#open(prompt);
    const { promise, resolve } = Promise.withResolvers<Answer>();
    const came: string[] = [];
    const onAbort = () => lines.close();
    signal?.addEventListener("abort", onAbort);
    const pastes = new Pastes(lines, this.#options.output);
    lines.on("line", (line) => {
      const whole = pastes.take(line);
      // What came with this line comes now.
      if (whole !== undefined && came.push(whole) === 1) setImmediate(() => lines.close());
    });
    lines.on("SIGINT", () => {
      came.length = 0;
      resolve("interrupt");
      lines.close();
    });
    // Back from Ctrl-Z: another program has had the terminal, and the input is paused.
    lines.on("SIGCONT", () => {
      pastes.begin();
      lines.prompt(true);
    });
    lines.on("history", (history) => {
      this.#history = history;
    });
    lines.on("close", () => {
      signal?.removeEventListener("abort", onAbort);
      pastes.end();
      const [line, ...rest] = came;
      this.#ahead.push(...rest);
      this.#begun = line === undefined ? "" : lines.line;
      if (line === undefined) this.#options.output.write("\n");
      resolve(line === undefined ? "end" : { line });
    });
    lines.prompt();
    lines.write(this.#begun);
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

/** Puts the lines of a paste together. */
class Pastes {
  readonly #lines: Interface;
  readonly #output: NodeJS.WriteStream;
  #isPasting = false;
  #pasted = "";

  constructor(lines: Interface, output: NodeJS.WriteStream) {
    this.#lines = lines;
    this.#output = output;
    process.stdin.on("keypress", this.#onKey);
    this.begin();
  }

  begin(): void {
    this.#tell(MARK_PASTES);
  }

  #tell(mode: string): void {
    if (process.env.TERM !== "dumb") this.#output.write(mode);
  }

  readonly #onKey = (_text: string | undefined, { name }: Key): void => {
    if (name === "paste-start" || name === "paste-end") this.#isPasting = name === "paste-start";
  };

  /** The answer that ends with this line; undefined: it goes on. */
  take(line: string): string | undefined {
    if (!this.#isPasting) {
      const whole = this.#pasted + line;
      this.#pasted = "";
      return whole;
    }
    this.#pasted += `${line}\n`;
    this.#lines.setPrompt(PASTED_PROMPT);
    this.#lines.prompt();
    return undefined;
  }

  end(): void {
    process.stdin.off("keypress", this.#onKey);
    this.#tell(LEAVE_PASTES);
  }
}
