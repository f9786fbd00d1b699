// bc's source as tokens, a line at a time. Source: POSIX XCU bc, "Lexical Conventions"; GNU bc manual.

export type Token =
  | { kind: "number"; text: string; line: number }
  | { kind: "name"; text: string; line: number }
  | { kind: "string"; text: string; line: number }
  /** Keywords, operators, "\n"; "" is a character that means nothing. */
  | { kind: "symbol"; text: string; line: number }
  | { kind: "end"; text: ""; line: number };

const KEYWORDS = new Set(
  (
    "auto break continue define else for halt history ibase if last length limits obase print quit random read " +
    "return scale sqrt void warranty while"
  ).split(" "),
);

const TOKEN =
  /[ \t\f\r\v]+|#[^\n]*|\\\n|(?<number>[0-9A-Z]*(?:\\\n[0-9A-Z]*)*\.(?:[0-9A-Z]|\\\n)+|(?:[0-9A-Z](?:\\\n)?)+\.?)|(?<name>[a-z][a-z0-9_]*)|(?<operator>\+\+|--|[-+*/%^]=|==|!=|<=|>=|&&|\|\||[-+*/%^=<>!(){},;[\]&.\n])/y;

export class Lexer {
  readonly #tokens: Token[] = [];
  #line = 1;
  /** Inside a comment, or a string and what it has so far. */
  #open: "comment" | { string: string[] } | undefined;
  #continued = "";

  next(): Token | undefined {
    return this.#tokens.shift();
  }

  /** One line with its newline, if it has one. */
  feed(line: string): void {
    const text = this.#continued + line;
    this.#continued = "";
    if (!this.#open && text.endsWith("\\\n")) {
      this.#continued = text;
      return;
    }
    let at = 0;
    while (at < text.length) at = this.#open ? this.#goOn(text, at) : this.#scan(text, at);
  }

  /** The input is over: it goes on with another file, or ends. */
  endOfFile(): void {
    this.#line = 1;
    this.#open = undefined;
    this.#continued = "";
  }

  end(): void {
    this.endOfFile();
    this.#push({ kind: "end", text: "", line: this.#line });
  }

  #push(token: Token): void {
    this.#tokens.push(token);
  }

  #goOn(text: string, at: number): number {
    const open = this.#open!;
    const end = text.indexOf(open === "comment" ? "*/" : '"', at);
    const part = text.slice(at, end < 0 ? undefined : end);
    this.#countLines(part);
    if (open !== "comment") open.string.push(part);
    if (end < 0) return text.length;
    this.#open = undefined;
    if (open === "comment") return end + 2;
    this.#push({ kind: "string", text: open.string.join(""), line: this.#line });
    return end + 1;
  }

  #countLines(text: string): void {
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) this.#line++;
  }

  #scan(text: string, at: number): number {
    if (text.startsWith("/*", at)) {
      this.#open = "comment";
      return at + 2;
    }
    if (text[at] === '"') {
      this.#open = { string: [] };
      return at + 1;
    }
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (!match) {
      this.#push({ kind: "symbol", text: "", line: this.#line });
      return at + 1;
    }
    this.#countLines(match[0]);
    this.#accept(match.groups!);
    return at + match[0].length;
  }

  #accept({ number, name, operator }: Record<string, string | undefined>): void {
    const line = this.#line;
    if (number !== undefined) this.#push({ kind: "number", text: numeral(number), line });
    else if (name !== undefined)
      this.#push({ kind: KEYWORDS.has(name) ? "symbol" : "name", text: name, line });
    else if (operator !== undefined) this.#push({ kind: "symbol", text: operator, line });
  }
}

/** Without line continuations, leading zeros and a point at the end. */
function numeral(text: string): string {
  const joined = text.replaceAll("\\\n", "");
  const trimmed = joined.replace(/^0+(?=[0-9A-Z])/, "").replace(/\.$/, "");
  return trimmed === "" ? "0" : trimmed;
}
