import { AwkError } from "./ast.ts";

export type TokenType =
  | "number"
  | "string"
  | "regex"
  | "name"
  | "function"
  | "builtin"
  | "keyword"
  | "punctuation"
  | "newline"
  | "end";

export interface Token {
  type: TokenType;
  text: string;
  value: number;
  line: number;
}

const KEYWORDS = new Set([
  "BEGIN",
  "END",
  "BEGINFILE",
  "ENDFILE",
  "function",
  "func",
  "if",
  "else",
  "while",
  "for",
  "do",
  "break",
  "continue",
  "next",
  "nextfile",
  "exit",
  "return",
  "delete",
  "in",
  "getline",
  "print",
  "printf",
  "switch",
  "case",
  "default",
]);

const BUILTINS = new Set([
  "length",
  "substr",
  "index",
  "split",
  "sub",
  "gsub",
  "gensub",
  "match",
  "sprintf",
  "sin",
  "cos",
  "atan2",
  "exp",
  "log",
  "sqrt",
  "int",
  "rand",
  "srand",
  "tolower",
  "toupper",
  "system",
  "close",
  "fflush",
  "systime",
  "strftime",
  "mktime",
  "and",
  "or",
  "xor",
  "lshift",
  "rshift",
  "compl",
  "strtonum",
  "asort",
  "asorti",
  "patsplit",
  "typeof",
  "isarray",
]);

const PUNCTUATION = [
  "**=",
  "<<=",
  "||",
  "&&",
  "|&",
  "**",
  "^=",
  "+=",
  "-=",
  "*=",
  "/=",
  "%=",
  "==",
  "<=",
  ">=",
  "!=",
  "!~",
  "++",
  "--",
  ">>",
  "{",
  "}",
  "(",
  ")",
  "[",
  "]",
  ";",
  ",",
  "+",
  "-",
  "*",
  "/",
  "%",
  "^",
  "!",
  ">",
  "<",
  "|",
  "?",
  ":",
  "~",
  "$",
  "=",
];

const NUMBER = /0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;
const NAME = /[A-Za-z_]\w*(?:::[A-Za-z_]\w*)?/y;
const SIMPLE: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  "\\": "\\",
  '"': '"',
  "/": "/",
  a: "\x07",
  b: "\b",
  f: "\f",
  v: "\v",
};

/** Cuts a program (latin1) into tokens, on demand, because a "/" means two things. */
export class Lexer {
  readonly #source: string;
  #at = 0;
  line = 1;

  constructor(source: string) {
    this.#source = source;
  }

  /** @param operand whether an operand may stand here, so that "/" begins a regular expression */
  next(operand: boolean): Token {
    this.#skip();
    const source = this.#source;
    const char = source[this.#at];
    if (char === undefined) return this.#token("end", "");
    if (char === "\n") {
      this.#at++;
      const token = this.#token("newline", "\n");
      this.line++;
      return token;
    }
    if (char === '"') return this.#string();
    if (char === "/" && operand) return this.#regex();
    NUMBER.lastIndex = this.#at;
    const number = NUMBER.exec(source);
    if (number !== null) {
      this.#at += number[0].length;
      return { ...this.#token("number", number[0]), value: Number(number[0]) };
    }
    NAME.lastIndex = this.#at;
    const name = NAME.exec(source)?.[0];
    if (name !== undefined) return this.#name(name);
    const punctuation = PUNCTUATION.find((text) => source.startsWith(text, this.#at));
    if (punctuation === undefined)
      throw new AwkError(`syntax error at source line ${this.line}: unexpected '${char}'`);
    this.#at += punctuation.length;
    return this.#token(
      "punctuation",
      punctuation === "**" ? "^" : punctuation === "**=" ? "^=" : punctuation,
    );
  }

  /** Whether `word` comes next in the source, after the current token. */
  followedBy(word: string): boolean {
    const rest = this.#source.slice(this.#at).match(/^(?:[ \t]|\\\n|\n)*(\w*)/);
    return rest?.[1] === word;
  }

  #token(type: TokenType, text: string): Token {
    return { type, text, value: 0, line: this.line };
  }

  #name(name: string): Token {
    this.#at += name.length;
    if (KEYWORDS.has(name)) return this.#token("keyword", name === "func" ? "function" : name);
    if (BUILTINS.has(name)) return this.#token("builtin", name);
    return this.#token(this.#source[this.#at] === "(" ? "function" : "name", name);
  }

  #skip(): void {
    const source = this.#source;
    for (;;) {
      const char = source[this.#at];
      if (char === " " || char === "\t" || char === "\r") this.#at++;
      else if (char === "\\" && /^\\\r?\n/.test(source.slice(this.#at, this.#at + 3))) {
        this.#at = source.indexOf("\n", this.#at) + 1;
        this.line++;
      } else if (char === "#") {
        const end = source.indexOf("\n", this.#at);
        this.#at = end < 0 ? source.length : end;
      } else return;
    }
  }

  #string(): Token {
    const source = this.#source;
    let out = "";
    let at = this.#at + 1;
    for (; source[at] !== '"'; ) {
      const char = source[at];
      if (char === undefined || char === "\n") throw new AwkError("unterminated string");
      if (char !== "\\") {
        out += char;
        at++;
        continue;
      }
      const { text, length } = stringEscape(source, at);
      out += text;
      at += length;
    }
    this.#at = at + 1;
    return this.#token("string", out);
  }

  #regex(): Token {
    const source = this.#source;
    let at = this.#at + 1;
    let bracket = false;
    let out = "";
    for (; ; at++) {
      const char = source[at];
      if (char === undefined || char === "\n") throw new AwkError("unterminated regexp");
      if (char === "/" && !bracket) break;
      if (char === "\\" && at + 1 < source.length) {
        at++;
        out += source[at] === "/" ? "/" : `\\${source[at]}`;
        continue;
      }
      if (char === "[" && !bracket) {
        bracket = true;
        out += char;
        if (source[at + 1] === "^") out += source[++at];
        if (source[at + 1] === "]") out += source[++at];
        continue;
      }
      if (bracket && char === "[" && /^\[[:.=]/.test(source.slice(at, at + 2))) {
        const end = source.indexOf(`${source[at + 1]}]`, at + 2);
        if (end > 0) {
          out += source.slice(at, end + 2);
          at = end + 1;
          continue;
        }
      }
      if (char === "]") bracket = false;
      out += char;
    }
    this.#at = at + 1;
    return this.#token("regex", out);
  }
}

/** An escape of a string literal or of -v at `at`; unknown ones keep their character. */
function stringEscape(source: string, at: number): { text: string; length: number } {
  const next = source[at + 1];
  if (next === undefined) return { text: "\\", length: 1 };
  if (next === "\n") return { text: "", length: 2 };
  const simple = SIMPLE[next];
  if (simple !== undefined) return { text: simple, length: 2 };
  const digits = /^(?:x([0-9a-fA-F]{1,2})|([0-7]{1,3}))/.exec(source.slice(at + 1, at + 4));
  if (digits === null) return { text: `\\${next}`, length: 2 };
  const code = digits[1] === undefined ? Number.parseInt(digits[2]!, 8) : Number.parseInt(digits[1], 16);
  return { text: String.fromCharCode(code & 0xff), length: 1 + digits[0].length };
}

/** The value of "name=value" on the command line, with its escapes replaced. */
export function expandEscapes(source: string): string {
  let out = "";
  for (let at = 0; at < source.length; ) {
    if (source[at] !== "\\") {
      out += source[at++];
      continue;
    }
    const { text, length } = stringEscape(source, at);
    out += text;
    at += length;
  }
  return out;
}
