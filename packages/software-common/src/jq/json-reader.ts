// A JSON text in pieces: what has arrived is parsed, and values are given out as they become complete.

import { numberFromText, type Value } from "./value.ts";

const MAX_DEPTH = 10_000;

export class JsonSyntaxError extends Error {}

interface Open {
  array: Value[] | undefined;
  object: Map<string, Value> | undefined;
  key: string | undefined;
  /** What may come next. */
  state: "first" | "value" | "colon" | "end";
}

const SIMPLE: Readonly<Record<string, string>> = {
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

export class JsonReader {
  readonly values: Value[] = [];
  /** How many lines had been read with each value. */
  readonly lines: number[] = [];
  readonly #open: Open[] = [];
  #line = 1;
  #column = 0;
  /** The beginning of a word or string whose end has not arrived. */
  #token = "";
  #kind: "none" | "word" | "string" = "none";
  #escaped = false;
  /** The piece being read, where in it, and where its next newline is. */
  #text = "";
  #at = 0;
  #newline = -1;

  /** Parses the next piece. @throws JsonSyntaxError */
  feed(text: string): void {
    let at = 0;
    this.#text = text;
    this.#newline = -1;
    while (at < text.length) {
      this.#at = at;
      if (this.#kind === "string") at = this.#inString(text, at);
      else if (this.#kind === "word") at = this.#inWord(text, at);
      else this.#begin(text[at++]!);
    }
  }

  /** The end of the text. @throws JsonSyntaxError when a value is not complete */
  end(): void {
    this.#text = "";
    this.#newline = Number.POSITIVE_INFINITY;
    if (this.#kind === "string") this.#fail("Unfinished string");
    if (this.#kind === "word") this.#endWord();
    if (this.#open.length > 0) this.#fail("Unfinished JSON term");
  }

  #fail(what: string): never {
    const eof = what.startsWith("Unfinished") ? " at EOF" : "";
    throw new JsonSyntaxError(`${what}${eof} at line ${this.#line}, column ${this.#column}`);
  }

  #advance(char: string): void {
    if (char === "\n") {
      this.#line++;
      this.#column = 0;
    } else this.#column++;
  }

  #begin(char: string): void {
    this.#advance(char);
    switch (char) {
      case " ":
      case "\t":
      case "\n":
      case "\r":
      case "\x1e":
      case "\ufeff":
        return;
      case "[":
        this.#push({ array: [], object: undefined, key: undefined, state: "first" });
        return;
      case "{":
        this.#push({ array: undefined, object: new Map(), key: undefined, state: "first" });
        return;
      case "]":
      case "}":
        this.#pop(char);
        return;
      case ",":
        this.#comma();
        return;
      case ":":
        this.#colon();
        return;
      case '"':
        this.#kind = "string";
        return;
      default:
        this.#kind = "word";
        this.#token = char;
    }
  }

  #push(open: Open): void {
    if (this.#open.length >= MAX_DEPTH) this.#fail("Exceeds depth limit for parsing");
    this.#open.push(open);
  }

  #pop(char: string): void {
    const open = this.#open.at(-1);
    const name = char === "]" ? "]" : "}";
    if (open === undefined || (char === "]") !== (open.array !== undefined))
      this.#fail(`Unmatched '${name}'`);
    if (open.state === "value" || open.state === "colon" || open.key !== undefined) {
      if (open.state !== "end")
        this.#fail(
          char === "]" ? "Expected another array element" : "Objects must consist of key:value pairs",
        );
    }
    this.#open.pop();
    this.#add(open.array ?? open.object!);
  }

  #comma(): void {
    const open = this.#open.at(-1);
    if (open === undefined) this.#fail("Expected value before ','");
    if (open.state !== "end")
      this.#fail(open.array ? "Expected value before ','" : "Objects must consist of key:value pairs");
    open.state = "value";
  }

  #colon(): void {
    const open = this.#open.at(-1);
    if (open?.object === undefined) this.#fail("':' not as part of an object");
    if (open.state !== "colon") this.#fail("Expected string key before ':'");
    open.state = "value";
  }

  #add(value: Value): void {
    const open = this.#open.at(-1);
    if (open === undefined) {
      this.values.push(value);
      this.lines.push(this.#line - 1 + (this.#lineEnds() ? 1 : 0));
      return;
    }
    if (open.state === "end" || open.state === "colon") {
      this.#fail(
        open.array ? "Expected separator between values" : "Objects must consist of key:value pairs",
      );
    }
    if (open.array !== undefined) {
      open.array.push(value);
      open.state = "end";
    } else if (open.key === undefined) {
      if (typeof value !== "string") this.#fail("Object keys must be strings");
      open.key = value;
      open.state = "colon";
    } else {
      open.object!.set(open.key, value);
      open.key = undefined;
      open.state = "end";
    }
  }

  /** Whether the end of the current line has arrived. */
  #lineEnds(): boolean {
    if (this.#newline < this.#at) {
      const found = this.#text.indexOf("\n", this.#at);
      this.#newline = found < 0 ? Number.POSITIVE_INFINITY : found;
    }
    return this.#newline < Number.POSITIVE_INFINITY;
  }

  #inWord(text: string, from: number): number {
    let at = from;
    while (at < text.length && /[^\s[\]{},:"\x1e]/.test(text[at]!)) at++;
    this.#token += text.slice(from, at);
    this.#column += at - from;
    if (at < text.length) this.#endWord();
    return at;
  }

  #endWord(): void {
    const word = this.#token;
    this.#kind = "none";
    this.#token = "";
    if (word === "true" || word === "false") this.#add(word === "true");
    else if (word === "null") this.#add(null);
    else if (word === "nan" || word === "NaN") this.#add(Number.NaN);
    else if (/^-?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(word)) this.#add(numberFromText(word));
    else this.#fail(/^[a-z]/i.test(word) ? "Invalid literal" : "Invalid numeric literal");
  }

  #inString(text: string, from: number): number {
    let at = from;
    while (at < text.length) {
      const char = text[at++]!;
      this.#advance(char);
      if (this.#escaped) this.#escaped = false;
      else if (char === "\\") this.#escaped = true;
      else if (char === '"') {
        const raw = this.#token + text.slice(from, at - 1);
        this.#token = "";
        this.#kind = "none";
        this.#add(raw.includes("\\") ? this.#unescape(raw) : raw);
        return at;
      }
    }
    this.#token += text.slice(from);
    return at;
  }

  #unescape(raw: string): string {
    const text = raw.replace(/\\(u[\da-fA-F]{4}|[\s\S])/g, (_, code: string) => {
      if (code.length === 5) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
      if (code === '"' || code === "\\" || code === "/") return code;
      return SIMPLE[code] ?? this.#fail("Invalid escape");
    });
    return text.toWellFormed();
  }
}

/** The one value of a text. @throws JsonSyntaxError */
export function parseJson(text: string): Value {
  const reader = new JsonReader();
  reader.feed(text);
  reader.end();
  if (reader.values.length > 1) throw new JsonSyntaxError("Unexpected extra JSON values");
  return reader.values[0] ?? null;
}
