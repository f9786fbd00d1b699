import { CompileError } from "./ast.ts";
import type { Token } from "./lexer.ts";

/** The names that an expression may use, innermost first. */
export interface Scope {
  readonly key: string;
  readonly parent: Scope | undefined;
}

export function inScope(scope: Scope | undefined, key: string): boolean {
  for (let at = scope; at !== undefined; at = at.parent) if (at.key === key) return true;
  return false;
}

/** The tokens still to parse. */
export class TokenCursor {
  #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get current(): Token {
    return this.#tokens[this.#at]!;
  }

  next(): Token {
    const token = this.current;
    if (token.kind !== "end") this.#at++;
    return token;
  }

  /** Whether the current token is this operator or keyword. */
  is(text: string): boolean {
    const { kind, text: own } = this.current;
    return own === text && (kind === "op" || kind === "keyword");
  }

  take(text: string): boolean {
    const found = this.is(text);
    if (found) this.#at++;
    return found;
  }

  expect(text: string): void {
    if (!this.take(text)) this.fail(text);
  }

  /** The next token, which must be of this kind. */
  want(kind: Token["kind"]): string {
    if (this.current.kind !== kind) this.fail();
    return this.next().text;
  }

  /** `.a?//b` is `.a?` and `//b`. */
  splitOptional(): boolean {
    const { current } = this;
    if (current.kind !== "op" || !current.text.startsWith("?//")) return false;
    this.#tokens = this.#tokens.with(this.#at, { ...current, text: current.text.slice(1) });
    return true;
  }

  /** Parses the tokens of an interpolation instead, up to their end. */
  within<T>(tokens: readonly Token[], parse: () => T): T {
    const saved = [this.#tokens, this.#at] as const;
    this.#tokens = tokens;
    this.#at = 0;
    const result = parse();
    if (this.current.kind !== "end") this.fail();
    [this.#tokens, this.#at] = saved;
    return result;
  }

  fail(expected?: string): never {
    const { kind, text, line } = this.current;
    const what =
      kind === "end"
        ? "end of file"
        : kind === "string"
          ? "QQSTRING_START"
          : kind === "op" || kind === "keyword"
            ? `'${text}'`
            : kind === "name"
              ? "IDENT"
              : kind === "field"
                ? "FIELD"
                : text;
    const hint = expected === undefined ? "" : `, expecting '${expected}'`;
    throw new CompileError(`syntax error, unexpected ${what}${hint} at <top-level>, line ${line}`);
  }
}
