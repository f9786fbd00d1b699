// How xargs cuts its input into items. Source: POSIX XCU xargs; GNU's -0 and -d.

import { latin1FromBytes } from "@agentos/kernel/abi";
import { LineReader, latin1ToOsString, osStringToLatin1, type Proc, Reader } from "@agentos/kernel/program";

/** Input that cannot be cut, or a command line that cannot be built; its text is the whole message. */
export class XargsError extends Error {
  /** What has been collected is not run either. */
  readonly fatal: boolean;

  constructor(message: string, fatal = false) {
    super(message);
    this.fatal = fatal;
  }
}

export interface ItemSource {
  /** -0 and -d: one character; quotes and backslashes mean themselves. */
  delimiter: string | undefined;
  /** -E: the item that ends the input. */
  eof: string | undefined;
  /** -I: an item is a line, without its leading blanks. */
  wholeLines: boolean;
}

export interface Item {
  text: string;
  /** Whether the input line ends behind it, for -L; a trailing blank continues the line. */
  endsLine: boolean;
}

/** The argument of -d: a character, or a C escape. */
export function unescapeDelimiter(text: string): string {
  const named: Readonly<Record<string, string>> = {
    n: "\n",
    t: "\t",
    r: "\r",
    "0": "\0",
    a: "\x07",
    b: "\b",
    f: "\f",
    v: "\v",
    "\\": "\\",
  };
  if (text.length === 1) return text;
  const match = /^\\(?:([ntrabfv\\])|x([0-9a-fA-F]+)|([0-7]{1,3}))$/.exec(text);
  if (!match)
    throw new XargsError(
      `Invalid input delimiter specification ${text}: the delimiter must be either a single character or an escape sequence starting with \\.`,
    );
  if (match[1]) return named[match[1]]!;
  return String.fromCharCode(match[2] ? Number.parseInt(match[2], 16) : Number.parseInt(match[3]!, 8));
}

/** The items, in batches. @throws XargsError */
export async function* itemReader(proc: Proc, fd: number, source: ItemSource): AsyncGenerator<Item[]> {
  const batches =
    source.delimiter === undefined
      ? quotedItems(proc, fd, source)
      : delimitedItems(proc, fd, source.delimiter);
  for await (const items of batches) {
    const end = source.eof === undefined ? -1 : items.findIndex(({ text }) => text === source.eof);
    yield end < 0 ? items : items.slice(0, end);
    if (end >= 0) return;
  }
}

async function* delimitedItems(proc: Proc, fd: number, delimiter: string): AsyncGenerator<Item[]> {
  const reader = new LineReader(proc, fd, osStringToLatin1(delimiter).charCodeAt(0));
  for (let lines = await reader.next(); lines !== undefined; lines = await reader.next()) {
    yield lines.map((line) => ({ text: latin1ToOsString(line), endsLine: true }));
  }
}

async function* quotedItems(proc: Proc, fd: number, source: ItemSource): AsyncGenerator<Item[]> {
  const reader = new Reader(proc, fd);
  const splitter = new Splitter(source.wholeLines);
  for (let chunk = await reader.read(); chunk !== undefined; chunk = await reader.read()) {
    const mistake = splitter.feed(latin1FromBytes(chunk));
    yield splitter.take();
    if (mistake) throw mistake;
  }
  const mistake = splitter.end();
  yield splitter.take();
  if (mistake) throw mistake;
}

/** A state machine over the input, so that items may span chunks. */
class Splitter {
  readonly #wholeLines: boolean;
  #items: Item[] = [];
  #text = "";
  #started = false;
  #quote = "";
  #escaped = false;
  /** Held back until it is known whether its line ends behind it. */
  #last: string | undefined;
  #trailingBlank = false;

  constructor(wholeLines: boolean) {
    this.#wholeLines = wholeLines;
  }

  /** The items that are complete. */
  take(): Item[] {
    const items = this.#items;
    this.#items = [];
    return items;
  }

  /** Answers what is wrong with the input, if anything. */
  feed(chunk: string): XargsError | undefined {
    for (let i = 0; i < chunk.length; i++) {
      const mistake = this.#next(chunk[i]!);
      if (mistake) return mistake;
    }
    return undefined;
  }

  end(): XargsError | undefined {
    const mistake = this.#quote ? this.#unmatched() : undefined;
    // GNU: an empty word that the end of the input cuts off is none.
    if (!mistake && this.#text !== "") this.#endItem();
    if (this.#last !== undefined) this.#emit(true);
    return mistake;
  }

  #next(char: string): XargsError | undefined {
    if (this.#escaped) {
      this.#append(char);
      this.#escaped = false;
    } else if (this.#quote) {
      if (char === "\n") return this.#unmatchedAt();
      if (char === this.#quote) this.#quote = "";
      else this.#append(char);
    } else if (char === "\n") {
      this.#endItem();
      if (this.#last !== undefined && !this.#trailingBlank) this.#emit(true);
    } else if ((char === " " || char === "\t") && !(this.#wholeLines && this.#started)) {
      this.#endItem();
      this.#trailingBlank = true;
    } else if (char === "'" || char === '"') {
      this.#begin();
      this.#quote = char;
    } else if (char === "\\") {
      this.#begin();
      this.#escaped = true;
    } else this.#append(char);
    return undefined;
  }

  #unmatchedAt(): XargsError {
    if (this.#last !== undefined) this.#emit(true);
    return this.#unmatched();
  }

  #begin(): void {
    this.#started = true;
    this.#trailingBlank = false;
  }

  #append(char: string): void {
    this.#begin();
    this.#text += char;
  }

  #endItem(): void {
    if (!this.#started) return;
    if (this.#last !== undefined) this.#emit(false);
    this.#last = this.#text;
    this.#text = "";
    this.#started = false;
  }

  #emit(endsLine: boolean): void {
    this.#items.push({ text: latin1ToOsString(this.#last!), endsLine });
    this.#last = undefined;
  }

  #unmatched(): XargsError {
    const kind = this.#quote === "'" ? "single" : "double";
    return new XargsError(
      `unmatched ${kind} quote; by default quotes are special to xargs unless you use the -0 option`,
    );
  }
}
