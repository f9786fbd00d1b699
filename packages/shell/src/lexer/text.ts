// Text between brackets of some kind: operands of ${ … }, subscripts, arithmetic, here-documents.

import type { Word, WordPart } from "../ast.ts";
import { classOf, QUOTE } from "./chars.ts";
import type { Lexer } from "./lexer.ts";
import { readInDouble, readQuoting, readSingle } from "./quoting.ts";
import { readProcessSubstitution } from "./substitution.ts";

export interface TextRules {
  /** The characters that end the text; the position is left on the one found, or at the end of the source. */
  stop: string;
  /** As within double quotes: single quotes are ordinary and backslashes quote little. */
  quoted: boolean;
  /** Single quotes quote even though `quoted`: patterns. */
  singleQuotes?: boolean;
  /** A bracket that nests: its closing counterpart is the last character of `stop`. */
  nest?: string;
  /** A tilde at the beginning is a tilde prefix. */
  tilde?: boolean;
  /** So is one after an unquoted colon: values of assignments. */
  tildeList?: boolean;
  /** <( … ) and nested ?( … ) are recognised. */
  extglob?: boolean;
  /** A double quote is an ordinary character: here-documents. */
  literalDouble?: boolean;
  /** Called on every unquoted character at depth 0: true ends the text there. */
  ends?: (code: number) => boolean;
}

/** Reads text up to an unquoted stop character. */
export function readUntil(lexer: Lexer, rules: TextRules): Word {
  const { source } = lexer;
  const start = lexer.position;
  const line = lexer.lineAt(start);
  const parts: WordPart[] = [];
  const close = rules.nest === undefined ? "" : rules.stop.at(-1)!;
  let literal = "";
  let depth = 0;
  const add = (part: WordPart | undefined) => {
    if (part === undefined) return;
    if (part.type === "literal") {
      literal += part.text;
      return;
    }
    if (literal !== "") parts.push({ type: "literal", text: literal });
    literal = "";
    parts.push(part);
  };
  lexer.enter();
  while (lexer.position < source.length) {
    const code = source.charCodeAt(lexer.position);
    const char = source[lexer.position]!;
    if (depth === 0 && (rules.stop.includes(char) || rules.ends?.(code))) break;
    if ((classOf(code) & QUOTE) !== 0 && !(code === 34 && rules.literalDouble)) {
      const ansiC = code === 36 && rules.singleQuotes && source.charCodeAt(lexer.position + 1) === 39;
      if (ansiC) add(readQuoting(lexer, false));
      else if (code === 39 && rules.quoted) add(rules.singleQuotes ? readSingle(lexer) : takeLiteral(lexer));
      else
        add(rules.quoted && code !== 34 ? readInDouble(lexer, rules.stop) : readQuoting(lexer, rules.quoted));
      continue;
    }
    if (code === 126 && tildeMayFollow(source, start, lexer.position, rules)) {
      const tilde = readTilde(lexer, rules.stop);
      add(tilde ?? takeLiteral(lexer));
      continue;
    }
    if (char === rules.nest) depth++;
    else if (char === close) depth--;
    else if (rules.extglob && code === 40) {
      // Parentheses within an extended pattern pair up; what they mean is seen when it is matched.
      literal += "(";
      lexer.position++;
      for (const part of readUntil(lexer, { ...rules, stop: ")", tilde: false }).parts) add(part);
      if (lexer.position < lexer.source.length) {
        literal += ")";
        lexer.position++;
      }
      continue;
    } else if (
      !rules.quoted &&
      (code === 60 || code === 62) &&
      source.charCodeAt(lexer.position + 1) === 40
    ) {
      if (rules.extglob || rules.tilde) {
        add(readProcessSubstitution(lexer));
        continue;
      }
    }
    literal += char;
    lexer.position++;
  }
  lexer.leave();
  if (literal !== "") parts.push({ type: "literal", text: literal });
  return { parts, text: source.slice(start, lexer.position), line };
}

function takeLiteral(lexer: Lexer): WordPart {
  return { type: "literal", text: lexer.source[lexer.position++]! };
}

function tildeMayFollow(source: string, start: number, at: number, rules: TextRules): boolean {
  if (!rules.tilde) return false;
  return at === start || (rules.tildeList === true && source.charCodeAt(at - 1) === 58);
}

const TILDE = /~([A-Za-z0-9_.+-]*)/y;

function readTilde(lexer: Lexer, stop: string): WordPart | undefined {
  TILDE.lastIndex = lexer.position;
  const match = TILDE.exec(lexer.source)!;
  const next = lexer.source.charAt(TILDE.lastIndex);
  if (next !== "" && next !== "/" && next !== ":" && !stop.includes(next)) return undefined;
  lexer.position = TILDE.lastIndex;
  return { type: "tilde", user: match[1]! };
}

/** Where the parenthesis that is open at `start` closes; -1 if it does not. Quotings and substitutions are skipped. */
export function findParenthesis(lexer: Lexer, start: number): number {
  const { source } = lexer;
  let depth = 1;
  for (let i = start; i < source.length; i++) {
    const char = source[i]!;
    if (char === "\\") i++;
    else if (char === ")") {
      if (--depth === 0) return i;
    } else if (char === "(") depth++;
    else if (char === '"' || char === "`" || char === "'") i = skipQuoted(lexer, i, char);
  }
  return -1;
}

function skipQuoted(lexer: Lexer, start: number, quote: string): number {
  const { source } = lexer;
  for (let i = start + 1; i < source.length; i++) {
    if (source[i] === "\\" && quote !== "'") i++;
    else if (source[i] === quote) return i;
  }
  return lexer.unclosed(quote, lexer.lineAt(start));
}
