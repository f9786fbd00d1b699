import { CompileError } from "./ast.ts";

export interface Token {
  kind: "number" | "string" | "format" | "field" | "name" | "variable" | "keyword" | "op" | "end";
  text: string;
  /** Of a string: its pieces; texts, and the tokens of what is interpolated. */
  parts?: readonly (string | Token[])[];
  line: number;
}

const KEYWORDS = new Set(
  "def if then elif else end as reduce foreach try catch label import include and or __loc__".split(" "),
);
const OPERATORS = /(?:\?\/\/=?|\/\/=|\|=|\+=|-=|\*=|\/=|%=|==|!=|<=|>=|\/\/|\.\.|[.[\](){}|,:;=<>+\-*/%$?])/y;
const NUMBER = /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;
const NAME = /(?:[a-zA-Z_]\w*::)*[a-zA-Z_]\w*/y;
const SPACE = /(?:\s|#[^\n]*)*/y;
const MAX_DEPTH = 200;
const SIMPLE: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  b: "\b",
  f: "\f",
  "/": "/",
  "\\": "\\",
  '"': '"',
};

export function tokenize(source: string): Token[] {
  return new Lexer(source).program();
}

class Lexer {
  readonly #source: string;
  #at = 0;
  #line = 1;
  #depth = 0;

  constructor(source: string) {
    this.#source = source;
  }

  program(): Token[] {
    const tokens = this.#tokens(false);
    tokens.push(this.#token("end", ""));
    return tokens;
  }

  #token(kind: Token["kind"], text: string): Token {
    return { kind, text, line: this.#line };
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const text = pattern.exec(this.#source)?.[0];
    if (text === undefined) return undefined;
    this.#at += text.length;
    for (const char of text) if (char === "\n") this.#line++;
    return text;
  }

  /** Up to the end, or to the parenthesis that closes an interpolation. */
  #tokens(inside: boolean): Token[] {
    const tokens: Token[] = [];
    let parentheses = 0;
    for (;;) {
      this.#match(SPACE);
      if (this.#at >= this.#source.length) {
        if (inside) throw new CompileError("syntax error, unexpected end of file");
        return tokens;
      }
      const token = this.#next();
      if (token.kind === "op" && token.text === "(") parentheses++;
      if (token.kind === "op" && token.text === ")" && parentheses-- === 0 && inside) {
        tokens.push(this.#token("end", ""));
        return tokens;
      }
      tokens.push(token);
    }
  }

  #next(): Token {
    const char = this.#source[this.#at]!;
    if (char === '"') return this.#string();
    if (char === "@") {
      this.#at++;
      return this.#token("format", `@${this.#match(NAME) ?? ""}`);
    }
    const number = this.#match(NUMBER);
    if (number !== undefined) return this.#token("number", number);
    if (char === "." && /[a-zA-Z_]/.test(this.#source[this.#at + 1] ?? "")) {
      this.#at++;
      return this.#token("field", this.#match(/[a-zA-Z_]\w*/y)!);
    }
    if (char === "$" && /[a-zA-Z_]/.test(this.#source[this.#at + 1] ?? "")) {
      this.#at++;
      return this.#token("variable", `$${this.#match(NAME)}`);
    }
    const name = this.#match(NAME);
    if (name !== undefined) return this.#token(KEYWORDS.has(name) ? "keyword" : "name", name);
    const op = this.#match(OPERATORS);
    if (op === undefined) throw new CompileError("syntax error, unexpected INVALID_CHARACTER");
    return this.#token("op", op);
  }

  #string(): Token {
    if (++this.#depth > MAX_DEPTH) throw new CompileError("strings nested too deep");
    this.#at++;
    const parts: (string | Token[])[] = [];
    let text = "";
    for (;;) {
      const char = this.#source[this.#at++];
      if (char === undefined)
        throw new CompileError("syntax error, unexpected end of file, expecting QQSTRING_END");
      if (char === '"') break;
      if (char === "\n") this.#line++;
      if (char !== "\\") text += char;
      else if (this.#source[this.#at] === "(") {
        this.#at++;
        parts.push(text, this.#tokens(true));
        text = "";
      } else text += this.#escape();
    }
    this.#depth--;
    parts.push(text);
    return { kind: "string", text: "", parts, line: this.#line };
  }

  #escape(): string {
    const char = this.#source[this.#at++] ?? "";
    if (char === "u") {
      const code = this.#match(/[\da-fA-F]{4}/y);
      if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
    }
    const plain = SIMPLE[char];
    if (plain === undefined) throw new CompileError("syntax error, invalid escape in string");
    return plain;
  }
}
