// Source text → tokens. The lexer works on one string with a position; the parser tells it how to read the next word.
// Here-documents are read after the newline that follows their operator; aliases are spliced into the source.

import type { List, ListItem, Redirect } from "../ast.ts";
import { INCOMPLETE, ShellSyntaxError } from "../parser/syntax-error.ts";
import { BLANK, classOf } from "./chars.ts";
import { readHereDocument } from "./here-document.ts";
import { nextOf, operatorAt } from "./operator.ts";
import type { Token, WordMode } from "./token.ts";
import { readWord } from "./word.ts";

export interface ParserOptions {
  /** The value of an alias; undefined if there is none or aliases are off. */
  alias?: (name: string) => string | undefined;
  extglob?: () => boolean;
  posix?: () => boolean;
  /** Number of the first line. @default 1 */
  firstLine?: number;
  /** Called for what bash warns about: here-documents ended by the end of the source. */
  warn?: (message: string, line: number) => void;
  /** False while more source may come through `feed`. @default true */
  complete?: boolean;
  /** Comments are not recognised: interactive shells without `interactive_comments`. */
  noComments?: () => boolean;
}

export interface PendingHereDocument {
  redirect: Redirect;
  delimiter: string;
  quoted: boolean;
  line: number;
}

interface AliasRegion {
  name: string;
  /** Where the spliced text ends. */
  end: number;
}

/** Deeper nesting is refused, because the parser recurses on the host's stack. */
const MAX_DEPTH = 250;

export class Lexer {
  source: string;
  position = 0;
  complete: boolean;
  readonly options: ParserOptions;
  /** Parses the commands of $( … ) up to the closing parenthesis; set by the parser. */
  parseSubstitution: () => List = () => ({ items: [] });
  /** The same for another lexer, which reads the text of a here-document. */
  parseSubstitutionIn: (lexer: Lexer) => () => List = () => () => ({ items: [] });
  /** Parses an independent piece of source: the text between backquotes. */
  parseText: (text: string, line: number) => List = () => ({ items: [] });
  readonly token: Token = { kind: "none", text: "", word: undefined, plain: false, start: 0, end: 0 };
  pending: PendingHereDocument[] = [];
  /** The position is in the value of an assignment, where tildes after colons are expanded, also within ${ … }. */
  inValue = false;
  /** Depth of $( … ) around the position: a here-document in one may be ended by its parenthesis. */
  substitutions = 0;
  depth = 0;
  /**
   * The finished beginnings of lists whose source is incomplete, by offset: they need not be parsed again when more
   * comes.
   */
  readonly finished = new Map<number, { items: ListItem[]; count: number; end: number }>();
  /** The source ended in a here-document. No command is complete before its delimiter has come. */
  awaited: { delimiter: string; stripTabs: boolean } | undefined;
  /** Splices since the last `restart`: offsets no longer fit the original source. */
  spliced = false;
  private aliases: AliasRegion[] = [];
  private aliasNextWord = -1;
  private countedPosition = 0;
  private countedLine: number;

  constructor(source: string, options: ParserOptions) {
    this.options = options;
    this.complete = options.complete ?? true;
    this.source = this.complete ? endLine(source) : source;
    this.countedLine = options.firstLine ?? 1;
  }

  /** The line number of an offset. Amortized constant time as long as offsets grow. */
  lineAt(offset: number): number {
    if (offset < this.countedPosition) {
      let line = this.countedLine;
      for (let i = offset; i < this.countedPosition; i++) if (this.source.charCodeAt(i) === 10) line--;
      return line;
    }
    let at = this.source.indexOf("\n", this.countedPosition);
    while (at !== -1 && at < offset) {
      this.countedLine++;
      this.countedPosition = at + 1;
      at = this.source.indexOf("\n", at + 1);
    }
    return this.countedLine;
  }

  get line(): number {
    return this.lineAt(this.position);
  }

  // ── tokens ───────────────────────────────────────────────────────────

  /** The next token, read once: `mode` matters only if it has not been scanned yet. */
  peek(mode: WordMode = "argument"): Token {
    if (this.token.kind === "none") {
      this.scan(mode);
      // The word after an alias that ends in a blank may be an alias too, wherever it is.
      if (this.aliasNextWord !== -1 && this.token.plain && this.followsBlankAlias()) {
        while (this.token.plain && this.expandAlias()) this.scan(mode);
      }
    }
    return this.token;
  }

  /** Goes past the current token. */
  take(): void {
    if (this.token.kind === "newline") this.passNewline();
    this.token.kind = "none";
  }

  /** Forgets the scanned token, to read its text again in another way. */
  rewind(): void {
    if (this.token.kind === "none") return;
    this.position = this.token.start;
    this.token.kind = "none";
  }

  /** Whether the current token is this operator. */
  isOperator(text: string): boolean {
    return this.token.kind === "operator" && this.token.text === text;
  }

  private scan(mode: WordMode): void {
    this.skipBlanks();
    const token = this.token;
    const { source } = this;
    const start = this.position;
    token.word = undefined;
    token.plain = false;
    if (start >= source.length) {
      if (!this.complete) throw INCOMPLETE;
      this.setToken("end", "newline", start, start);
      return;
    }
    const code = source.charCodeAt(start);
    if (code === 10) {
      this.setToken("newline", "newline", start, start + 1);
      this.position = start + 1;
      return;
    }
    const operator = operatorAt(this, mode);
    if (operator !== "") {
      this.position = start + 1;
      for (let length = 1; length < operator.length; length++)
        this.position = nextOf(this, this.position) + 1;
      this.setToken("operator", operator, start, this.position);
      return;
    }
    readWord(this, mode);
  }

  /** Sets the current token; the word reader uses it too. */
  setToken(kind: Token["kind"], text: string, start: number, end: number): void {
    const token = this.token;
    token.kind = kind;
    token.text = text;
    token.start = start;
    token.end = end;
  }

  private skipBlanks(): void {
    const { source } = this;
    let i = this.position;
    for (;;) {
      const code = source.charCodeAt(i);
      if ((classOf(code) & BLANK) !== 0) i++;
      else if (code === 92 && source.charCodeAt(i + 1) === 10) i += 2;
      else if (code === 92 && i + 1 === source.length && !this.complete) throw INCOMPLETE;
      else if (code === 35 && !this.options.noComments?.()) {
        const end = source.indexOf("\n", i);
        i = end === -1 ? source.length : end;
      } else break;
    }
    this.position = i;
  }

  // ── here-documents ───────────────────────────────────────────────────

  /** Reads the here-documents announced on the line that has just ended. */
  private passNewline(): void {
    this.position = this.token.end;
    this.readPending();
  }

  readPending(): void {
    if (this.pending.length === 0) return;
    const pending = this.pending;
    this.pending = [];
    const alias = this.aliases.findLast((region) => region.end >= this.position);
    if (alias) this.readBeyond(alias.end, pending);
    else for (const document of pending) readHereDocument(this, document);
  }

  /** The documents of a line within an alias are the lines after the one that the alias stands on. */
  private readBeyond(end: number, pending: readonly PendingHereDocument[]): void {
    const { position, source } = this;
    const lineEnd = source.indexOf("\n", end);
    const start = lineEnd === -1 ? source.length : lineEnd + 1;
    this.position = start;
    for (const document of pending) readHereDocument(this, document);
    this.source = source.slice(0, start) + source.slice(this.position);
    this.position = position;
  }

  // ── aliases ──────────────────────────────────────────────────────────

  /** Replaces the current word by its alias; false if it has none or stands in its own expansion. */
  expandAlias(): boolean {
    const token = this.token;
    const value = this.options.alias?.(token.text);
    if (value === undefined) return false;
    this.aliases = this.aliases.filter((region) => region.end > token.start);
    if (this.aliases.some((region) => region.name === token.text)) return false;
    // A space after the text keeps it a separate token, so that a "<" or "(" that follows remains an operator.
    const text = `${value} `;
    const growth = text.length - (token.end - token.start);
    this.lineAt(token.start);
    this.source = this.source.slice(0, token.start) + text + this.source.slice(token.end);
    for (const region of this.aliases) region.end += growth;
    this.aliases.push({ name: token.text, end: token.start + value.length });
    if (/[ \t]$/.test(value)) this.aliasNextWord = token.start + text.length;
    else if (this.aliasNextWord > token.start) this.aliasNextWord += growth;
    this.spliced = true;
    this.rewind();
    return true;
  }

  /** Whether the current word follows an alias whose value ended in a blank. */
  private followsBlankAlias(): boolean {
    if (this.token.start < this.aliasNextWord) return false;
    const between = this.source.slice(this.aliasNextWord, this.token.start);
    this.aliasNextWord = -1;
    return /^(?:[ \t]|\\\n)*$/.test(between);
  }

  /**
   * Reads something nested whose aliases must not change the source for the enclosing reader: afterwards the source is
   * as before, and the position has the same distance from its end.
   */
  withoutSplices<T>(read: () => T): T {
    const { source, aliases, aliasNextWord, spliced, countedPosition, countedLine } = this;
    this.aliasNextWord = -1;
    const result = read();
    if (this.source !== source) {
      this.position += source.length - this.source.length;
      this.source = source;
      this.countedPosition = countedPosition;
      this.countedLine = countedLine;
      this.spliced = spliced;
    }
    this.aliases = aliases;
    this.aliasNextWord = aliasNextWord;
    return result;
  }

  // ── errors ───────────────────────────────────────────────────────────

  enter(): void {
    if (++this.depth > MAX_DEPTH) {
      throw new ShellSyntaxError("syntax error: commands nested too deeply", this.line);
    }
  }

  leave(): void {
    this.depth--;
  }

  /** The current token does not fit. */
  unexpected(): never {
    const token = this.token;
    if (token.kind === "none") this.peek();
    if (token.kind === "end") {
      if (this.substitutions > 0) this.unclosed(")", this.endLine());
      throw new ShellSyntaxError("syntax error: unexpected end of file", this.endLine());
    }
    throw this.nearToken(token.text, token.start);
  }

  nearToken(text: string, offset: number): ShellSyntaxError {
    const line = this.lineAt(offset);
    return new ShellSyntaxError(
      `syntax error near unexpected token \`${text}'`,
      line,
      this.sourceLine(offset),
    );
  }

  /** The line where the source ends. */
  endLine(): number {
    return this.lineAt(this.source.length);
  }

  /** A quote or bracket opened on `line` is never closed. */
  unclosed(delimiter: string, line: number): never {
    if (!this.complete) throw INCOMPLETE;
    throw new ShellSyntaxError(`unexpected EOF while looking for matching \`${delimiter}'`, line);
  }

  /** A closing word is missing at the end. */
  unclosedWord(word: string, line: number): never {
    if (!this.complete) throw INCOMPLETE;
    throw new ShellSyntaxError(`unexpected EOF while looking for \`${word}'`, line);
  }

  /** The whole line of source around an offset. */
  sourceLine(offset: number): string {
    const start = offset === 0 ? 0 : this.source.lastIndexOf("\n", offset - 1) + 1;
    const end = this.source.indexOf("\n", offset);
    return this.source.slice(start, end === -1 ? undefined : end);
  }

  // ── incremental use ──────────────────────────────────────────────────

  /** Drops everything before the position. */
  dropConsumed(): void {
    const line = this.lineAt(this.position);
    this.source = this.source.slice(this.position);
    this.position = 0;
    this.countedPosition = 0;
    this.countedLine = line;
    this.aliases = [];
    this.aliasNextWord = -1;
    this.spliced = false;
  }

  /** Drops the rest of the line, where something was wrong. */
  skipLine(): void {
    const end = this.source.indexOf("\n", this.token.start);
    this.token.kind = "none";
    this.pending = [];
    this.depth = 0;
    this.substitutions = 0;
    this.position = end === -1 ? this.source.length : end + 1;
  }

  /** Begins the current command again. */
  restart(source: string, line: number): void {
    this.source = source;
    this.position = 0;
    this.countedPosition = 0;
    this.countedLine = line;
    this.token.kind = "none";
    this.pending = [];
    this.aliases = [];
    this.aliasNextWord = -1;
    this.spliced = false;
    this.depth = 0;
    this.substitutions = 0;
  }
}

/** The last line gets the newline it lacks, unless that would continue a line that ends in a backslash. */
export function endLine(source: string): string {
  if (source.endsWith("\n") || source === "") return source;
  const backslashes = /\\*$/.exec(source)![0].length;
  return backslashes % 2 === 1 ? source : `${source}\n`;
}
