import type { MaybePromise } from "@agentos/kernel/abi";
import { osStringToLatin1, type Proc, stdout } from "@agentos/kernel/program";

/** Standard output of bc and dc: a line too long goes on in the next, after a backslash. */
export class WrappedOutput {
  readonly #proc: Proc;
  /** The characters of a line before the backslash. */
  readonly #room: number;
  #column = 0;

  /**
   * @param variable names the environment variable with the length of a line; 0 or 1 in it: no end
   * @param margin columns of it that no digit is written to
   */
  constructor(proc: Proc, variable: string, margin: number) {
    this.#proc = proc;
    const text = proc.env.get(variable) ?? "";
    const width = /^\d+$/.test(text) ? Number(text) : 70;
    const limit = width < 2 ? Number.POSITIVE_INFINITY : width === 2 ? 70 : width;
    this.#room = limit - margin;
  }

  write(text: string): MaybePromise<void> {
    return stdout(this.#proc).writeLatin1(this.#wrap(osStringToLatin1(text)));
  }

  /** Without counting columns. */
  writeRaw(latin1: string): MaybePromise<void> {
    return stdout(this.#proc).writeLatin1(latin1);
  }

  #wrap(text: string): string {
    const room = this.#room;
    if (!text.includes("\n") && this.#column + text.length <= room) {
      this.#column += text.length;
      return text;
    }
    const parts: string[] = [];
    for (const [index, line] of text.split("\n").entries()) {
      if (index > 0) {
        parts.push("\n");
        this.#column = 0;
      }
      for (let at = 0; at < line.length; ) {
        if (this.#column >= room) {
          parts.push("\\\n");
          this.#column = 0;
        }
        const taken = line.slice(at, at + room - this.#column);
        parts.push(taken);
        this.#column += taken.length;
        at += taken.length;
      }
    }
    return parts.join("");
  }
}
