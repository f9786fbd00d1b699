import type { Lexer, Token } from "./lexer.ts";

/** A parser's step: it yields when it needs another line. */
export type Parse<T> = Generator<void, T, void>;

/** What ends the reading of a statement; the text has its line number. */
export class BcSyntaxError extends Error {}

export type Dialect = "gnu" | "warn" | "posix";

/** The tokens a parser is at, and its complaints. */
export abstract class TokenStream {
  readonly #lexer: Lexer;
  readonly #dialect: Dialect;
  readonly #pending: Token[] = [];
  #line = 1;
  /** Messages that did not end the reading; whether one of them forbids running what was read. */
  protected complaints: string[] = [];
  protected invalid = false;

  constructor(lexer: Lexer, dialect: Dialect) {
    this.#lexer = lexer;
    this.#dialect = dialect;
  }

  protected abstract resetNesting(): void;

  protected *peek(): Parse<Token> {
    while (this.#pending.length === 0) {
      const token = this.#lexer.next();
      if (token) this.#pending.push(token);
      else yield;
    }
    return this.#pending[0]!;
  }

  /** The token that was peeked at. */
  protected take(): Token {
    const token = this.#pending.shift()!;
    this.#line = token.line;
    return token;
  }

  protected advance(): void {
    this.take();
  }

  protected putBack(token: Token): void {
    this.#pending.unshift(token);
  }

  protected *isSymbol(text: string): Parse<boolean> {
    const token = yield* this.peek();
    return token.kind === "symbol" && token.text === text;
  }

  protected *takeSymbol(text: string): Parse<boolean> {
    if (!(yield* this.isSymbol(text))) return false;
    this.advance();
    return true;
  }

  protected *expect(text: string): Parse<void> {
    if (!(yield* this.takeSymbol(text))) this.fail("syntax error");
  }

  protected *skipNewlines(): Parse<void> {
    while (yield* this.takeSymbol("\n"));
  }

  protected fail(message: string): never {
    throw new BcSyntaxError(this.#located(message));
  }

  /** A mistake after which reading goes on; what was read is not run. */
  protected complain(message: string): void {
    this.complaints.push(this.#located(message));
    this.invalid = true;
  }

  /** Something POSIX does not have. */
  protected extension(what: string, everywhere = true): void {
    if (this.#dialect === "gnu" || !everywhere) return;
    if (this.#dialect === "warn") this.complaints.push(this.#located(`(Warning) ${what}`));
    else this.complain(`Error: ${what}`);
  }

  #located(message: string): string {
    return `${this.#pending[0]?.line ?? this.#line}: ${message}`;
  }

  /** Passes over the rest of a line that was not understood. */
  protected *skipLine(): Parse<void> {
    this.resetNesting();
    for (;;) {
      const { kind, text } = yield* this.peek();
      if (kind === "end") return;
      this.advance();
      if (kind === "symbol" && text === "\n") return;
    }
  }
}
