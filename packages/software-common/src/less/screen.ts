import { encode, type WindowSize } from "@agentos/kernel/abi";
import type { Proc } from "@agentos/kernel/program";
import type { TerminalKeys } from "../shared/terminal-keys.ts";

const ENTER = "\x1b[?1049h\x1b[?1h";
const LEAVE = "\x1b[?1l\x1b[?1049l";

/** The screen of a pager: rows of text above a prompt in the last row. */
export class Screen {
  readonly #proc: Proc;
  readonly #keys: TerminalKeys;
  readonly #alternate: boolean;

  /** @param alternate whether what stood on the terminal comes back at the end */
  constructor(proc: Proc, keys: TerminalKeys, alternate: boolean) {
    this.#proc = proc;
    this.#keys = keys;
    this.#alternate = alternate;
  }

  get size(): WindowSize {
    return this.#keys.size;
  }

  /** How many rows there are above the prompt. */
  get height(): number {
    return Math.max(1, this.size.rows - 1);
  }

  async begin(): Promise<void> {
    if (this.#alternate) await this.#write(ENTER);
  }

  async end(): Promise<void> {
    await this.#write(`\r\x1b[K${this.#alternate ? LEAVE : ""}`);
  }

  /** Draws everything anew; rows beyond the end of the document show a tilde. */
  async draw(rows: readonly string[]): Promise<void> {
    const empty = Array.from({ length: this.height - rows.length }, () => "~");
    await this.#write(`\x1b[H\x1b[J${[...rows, ...empty].map((row) => `${row}\n`).join("")}`);
  }

  /** Adds rows below, which scrolls. */
  async append(rows: readonly string[]): Promise<void> {
    await this.#write(`\r\x1b[K${rows.map((row) => `${row}\n`).join("")}`);
  }

  async prompt(text: string): Promise<void> {
    await this.#write(`\r\x1b[K${text}`);
  }

  /** A line typed after a prompt; undefined if it was given up. @throws EINTR */
  async ask(prompt: string): Promise<string | undefined> {
    let text = "";
    for (;;) {
      await this.prompt(prompt + text);
      const key = await this.#keys.next();
      if (key === undefined || key === "\x1b") return undefined;
      if (key === "\n" || key === "\r") return text;
      if (key === "\x15") text = "";
      else if (key === "\x7f" || key === "\b") {
        if (text === "") return undefined;
        text = [...text].slice(0, -1).join("");
      } else if (key.length === 1 || key.codePointAt(0)! > 0xffff) text += key;
    }
  }

  async #write(text: string): Promise<void> {
    const bytes = encode(text);
    for (let at = 0; at < bytes.length; ) at += await this.#proc.write(1, bytes.subarray(at));
  }
}

export const standout = (text: string): string => `\x1b[7m${text}\x1b[27m`;
