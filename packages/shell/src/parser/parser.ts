// The parser as the shell uses it: one complete command at a time, so that aliases and options set by one line apply
// to the next, and a syntax error is only found after everything before it has run.

import type { List } from "../ast.ts";
import { endLine, Lexer, type ParserOptions } from "../lexer/lexer.ts";
import { parseCompoundList, parseLine } from "./list.ts";
import { INCOMPLETE, ShellSyntaxError } from "./syntax-error.ts";

export class Parser {
  private readonly lexer: Lexer;

  constructor(source: string, options: ParserOptions = {}) {
    this.lexer = createLexer(source, options);
  }

  /**
   * The commands up to the end of their line. "end": no more source. "incomplete": the source stops within a command
   * and `feed` or `finish` must be called before asking again.
   * @throws ShellSyntaxError
   */
  nextCommand(): List | "end" | "incomplete" {
    const { lexer } = this;
    if (lexer.complete) return this.parseLine();
    if (this.isAwaiting()) return "incomplete";
    lexer.dropConsumed();
    const { source, line } = lexer;
    try {
      const list = this.parseLine();
      // When more source may come, this is only the end of what has come so far.
      lexer.finished.clear();
      return list === "end" ? "incomplete" : list;
    } catch (thrown) {
      if (thrown !== INCOMPLETE) throw thrown;
      lexer.restart(source, line);
      return "incomplete";
    }
  }

  private parseLine(): List | "end" {
    const { lexer } = this;
    try {
      return parseLine(lexer);
    } catch (thrown) {
      if (thrown instanceof ShellSyntaxError && thrown.recoverable) lexer.skipLine();
      throw thrown;
    }
  }

  /** Adds source, preferably whole lines. */
  feed(text: string): void {
    this.lexer.source += text;
    const { awaited } = this.lexer;
    if (awaited === undefined) return;
    for (const line of text.split("\n")) {
      if ((awaited.stripTabs ? line.replace(/^\t+/, "") : line).startsWith(awaited.delimiter)) {
        this.lexer.awaited = undefined;
      }
    }
  }

  /** No more source will come: what is there must be complete. */
  finish(): void {
    this.lexer.complete = true;
    this.lexer.awaited = undefined;
    this.lexer.source = endLine(this.lexer.source);
  }

  /** How much of the source is not yet part of a command, in characters. */
  get remaining(): number {
    return this.lexer.source.length - this.lexer.position;
  }

  /** Nothing but blanks and newlines is left: no command has been begun. */
  get isBlank(): boolean {
    return /^\s*$/.test(this.lexer.source.slice(this.lexer.position));
  }

  /** The line the next command begins on, or later. */
  get line(): number {
    return this.lexer.line;
  }

  /** Drops all source not yet parsed: what an interactive shell does after an error. */
  discard(): void {
    const { line } = this.lexer;
    this.lexer.awaited = undefined;
    this.lexer.finished.clear();
    this.lexer.restart("", line);
  }

  private isAwaiting(): boolean {
    return this.lexer.awaited !== undefined;
  }
}

/** Parses a whole source at once: for sources in which no alias or option can change, and for tests. */
export function parse(source: string, options: ParserOptions = {}): List {
  const parser = new Parser(source, options);
  const items: List["items"] = [];
  for (;;) {
    const list = parser.nextCommand();
    if (list === "end") return { items };
    if (list === "incomplete")
      throw new ShellSyntaxError("syntax error: unexpected end of file", parser.line);
    for (const item of list.items) items.push(item);
  }
}

function createLexer(source: string, options: ParserOptions): Lexer {
  const lexer = new Lexer(source, options);
  lexer.parseSubstitutionIn = (inner) => () => parseSubstitution(inner);
  lexer.parseSubstitution = () => parseSubstitution(lexer);
  lexer.parseText = (text, line) => parse(text, { ...options, firstLine: line, complete: true });
  return lexer;
}

/** The commands of $( … ); the lexer's token is then the closing parenthesis or the end. */
function parseSubstitution(lexer: Lexer): List {
  lexer.token.kind = "none";
  const list = parseCompoundList(lexer, true);
  if (lexer.peek().kind !== "end" && !lexer.isOperator(")")) lexer.unexpected();
  return list;
}
