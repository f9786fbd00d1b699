// The tokens of an awk program, one at a time, and what is wrong with them.

import { AwkError } from "./ast.ts";
import { Lexer, type Token } from "./lexer.ts";
import { Scope } from "./scope.ts";

/** After these an operand cannot begin: "/" divides. */
function endsOperand(token: Token): boolean {
  if (token.type === "number" || token.type === "string" || token.type === "regex" || token.type === "name")
    return true;
  if (token.type === "builtin") return token.text === "length";
  return (
    token.type === "punctuation" && [")", "]", "$", "++", "--"].includes(token.text) && token.text !== "$"
  );
}

export class TokenReader {
  readonly lexer: Lexer;
  readonly scope = new Scope();
  token: Token;
  depth = 0;
  /** Inside of print without parentheses, ">" redirects. */
  noGreater = false;
  /** In the head of a for statement, "in" belongs to it. */
  noIn = false;

  constructor(source: string) {
    this.lexer = new Lexer(source);
    this.token = this.lexer.next(true);
  }

  // ── tokens ──────────────────────────────────────────────────────────

  advance(): Token {
    const token = this.token;
    this.token = this.lexer.next(!endsOperand(token));
    return token;
  }

  is(text: string): boolean {
    const { type } = this.token;
    return (type === "punctuation" || type === "keyword") && this.token.text === text;
  }

  take(text: string): boolean {
    if (!this.is(text)) return false;
    this.advance();
    return true;
  }

  expect(text: string): void {
    if (!this.take(text)) throw this.unexpected();
  }

  unexpected(): AwkError {
    const { type, text, line } = this.token;
    const where =
      type === "end"
        ? "unexpected end of program"
        : type === "newline"
          ? "unexpected newline"
          : `unexpected '${text}'`;
    return new AwkError(`cmd. line:${line}: syntax error: ${where}`);
  }

  skipNewlines(): void {
    while (this.token.type === "newline") this.advance();
  }

  skipTerminators(): void {
    while (this.token.type === "newline" || this.is(";")) this.advance();
  }
}
