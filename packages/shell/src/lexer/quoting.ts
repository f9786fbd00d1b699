// What a backslash, quote, backquote or dollar begins.

import type { WordPart } from "../ast.ts";
import { unescapeAnsiC } from "./ansi-c.ts";
import { classOf, DOUBLE } from "./chars.ts";
import { readDollar } from "./dollar.ts";
import type { Lexer } from "./lexer.ts";
import { readBackquoted } from "./substitution.ts";

/** Reads the quoting or expansion at the position; undefined for a line continuation, which is nothing. */
export function readQuoting(lexer: Lexer, inDouble: boolean): WordPart | undefined {
  switch (lexer.source.charCodeAt(lexer.position)) {
    case 92:
      return readBackslash(lexer);
    case 39:
      return readSingle(lexer);
    case 34: {
      const line = lexer.line;
      lexer.position++;
      return { type: "double", parts: readDouble(lexer, line), locale: false };
    }
    case 96:
      return readBackquoted(lexer, inDouble);
    default:
      return readDollar(lexer, inDouble);
  }
}

function readBackslash(lexer: Lexer): WordPart | undefined {
  const at = lexer.position + 1;
  const code = lexer.source.codePointAt(at);
  if (code === undefined) {
    if (!lexer.complete) lexer.unclosed("newline", lexer.line);
    lexer.position = at;
    return { type: "literal", text: "\\" };
  }
  const text = String.fromCodePoint(code);
  lexer.position = at + text.length;
  return code === 10 ? undefined : { type: "quoted", text, style: "backslash" };
}

export function readSingle(lexer: Lexer): WordPart {
  const start = lexer.position + 1;
  const end = lexer.source.indexOf("'", start);
  if (end === -1) lexer.unclosed("'", lexer.line);
  lexer.position = end + 1;
  return { type: "quoted", text: lexer.source.slice(start, end), style: "single" };
}

/** $'…', with the position at its dollar. */
export function readAnsiC(lexer: Lexer): WordPart {
  const { source } = lexer;
  const start = lexer.position + 2;
  let end = start;
  for (;;) {
    const code = source.charCodeAt(end);
    if (Number.isNaN(code)) lexer.unclosed("'", lexer.line);
    if (code === 39) break;
    end += code === 92 ? 2 : 1;
  }
  lexer.position = end + 1;
  return { type: "quoted", text: unescapeAnsiC(source.slice(start, end)), style: "ansi-c" };
}

/** The parts of "…" with the position after the opening quote, up to and past the closing one. */
export function readDouble(lexer: Lexer, line: number): WordPart[] {
  const { source } = lexer;
  const parts: WordPart[] = [];
  let literal = "";
  lexer.enter();
  for (;;) {
    let end = lexer.position;
    while (end < source.length && (classOf(source.charCodeAt(end)) & DOUBLE) === 0) end++;
    literal += source.slice(lexer.position, end);
    lexer.position = end;
    const code = source.charCodeAt(end);
    if (Number.isNaN(code)) lexer.unclosed('"', line);
    if (code === 34) break;
    const part = readInDouble(lexer, "");
    if (part === undefined) continue;
    if (part.type === "literal") {
      literal += part.text;
      continue;
    }
    if (literal !== "") parts.push({ type: "literal", text: literal });
    literal = "";
    parts.push(part);
  }
  if (literal !== "") parts.push({ type: "literal", text: literal });
  lexer.position++;
  lexer.leave();
  return parts;
}

/**
 * A backslash, backquote or dollar within double quotes. A backslash quotes only $ ` " \ and the characters of
 * `alsoQuoted`; before others it stays. @see POSIX.1-2024 XCU 2.2.3
 */
export function readInDouble(lexer: Lexer, alsoQuoted: string): WordPart | undefined {
  const { source, position } = lexer;
  if (source.charCodeAt(position) !== 92) return readQuoting(lexer, true);
  const next = source.charAt(position + 1);
  if (next === "\n") {
    lexer.position += 2;
    return undefined;
  }
  if (next !== "" && ('$`"\\'.includes(next) || alsoQuoted.includes(next))) {
    lexer.position += 2;
    return { type: "quoted", text: next, style: "backslash" };
  }
  lexer.position++;
  return { type: "literal", text: "\\" };
}
