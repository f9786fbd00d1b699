import { latin1FromBytes } from "@agentos/kernel/abi";
import { type Proc, Reader } from "@agentos/kernel/program";
import type { Pause, Regex, Spans } from "@agentos/posix";

/** How records end: a newline or another character, blank lines, or an expression. */
export type RecordEnd =
  | { type: "char"; char: string }
  | { type: "paragraph" }
  | { type: "regex"; regex: Regex };

const LONGEST = 2 ** 28;

/** Cuts a descriptor's data into records (latin1). RS may change between records. */
export class RecordReader {
  readonly #reader: Reader;
  readonly #pause: Pause;
  #text = "";
  #at = 0;
  #ended = false;
  /** What ended the record read last. */
  terminator = "";

  constructor(proc: Proc, fd: number) {
    this.#reader = new Reader(proc, fd);
    this.#pause = () => proc.yield();
  }

  /** The next record if it is at hand without reading; undefined: ask fetch(). */
  take(end: RecordEnd): string | undefined {
    if (end.type === "char") {
      const stop = this.#text.indexOf(end.char, this.#at);
      if (stop < 0) return undefined;
      const record = this.#text.slice(this.#at, stop);
      this.#at = stop + 1;
      this.terminator = end.char;
      return record;
    }
    if (end.type === "paragraph") return this.#takeParagraph();
    return end.regex.native ? this.#cut(end.regex.exec(this.#text, this.#at)) : undefined;
  }

  #takeParagraph(): string | undefined {
    while (this.#text[this.#at] === "\n") this.#at++;
    const stop = this.#text.indexOf("\n\n", this.#at);
    if (stop < 0) return undefined;
    let next = stop + 2;
    while (this.#text[next] === "\n") next++;
    if (next === this.#text.length && !this.#ended) return undefined;
    const record = this.#text.slice(this.#at, stop);
    this.terminator = this.#text.slice(stop, next);
    this.#at = next;
    return record;
  }

  /** The record before a match of RS. */
  #cut(spans: Spans | undefined): string | undefined {
    if (spans === undefined || spans[0] === spans[1]) return undefined;
    // A match that reaches the end of what was read might be longer.
    if (spans[1] === this.#text.length && !this.#ended) return undefined;
    const record = this.#text.slice(this.#at, spans[0]);
    this.terminator = this.#text.slice(spans[0], spans[1]);
    this.#at = spans[1]!;
    return record;
  }

  async #takePausing(regex: Regex): Promise<string | undefined> {
    return this.#cut(await regex.execPausing(this.#text, this.#at, this.#pause));
  }

  /** The next record; undefined at the end. */
  async fetch(end: RecordEnd): Promise<string | undefined> {
    for (;;) {
      const slow = end.type === "regex" && !end.regex.native;
      const record = slow ? await this.#takePausing(end.regex) : this.take(end);
      if (record !== undefined) return record;
      if (this.#ended) return this.#last(end);
      await this.#more();
    }
  }

  async #more(): Promise<void> {
    const parts = [this.#text.slice(this.#at)];
    let length = parts[0]!.length;
    // Long records: read several chunks before looking again, so that the work stays linear.
    do {
      const chunk = await this.#reader.read();
      if (chunk === undefined) {
        this.#ended = true;
        break;
      }
      parts.push(latin1FromBytes(chunk));
      length += chunk.length;
    } while (length > 65_536 && length < 2 * parts[0]!.length && length < LONGEST);
    this.#text = parts.join("");
    this.#at = 0;
  }

  #last(end: RecordEnd): string | undefined {
    let rest = this.#text.slice(this.#at);
    this.#at = this.#text.length;
    this.terminator = "";
    if (
      end.type === "paragraph" ||
      (end.type === "regex" && rest.endsWith("\n") && end.regex.exec("\n")?.[1] === 1)
    ) {
      this.terminator = "\n".repeat(rest.length - rest.replace(/\n+$/, "").length);
      rest = rest.replace(/\n+$/, "");
    }
    return rest === "" ? undefined : rest;
  }
}
