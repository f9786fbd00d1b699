// Here-documents: the lines after the one with the operator, up to the delimiter alone on a line.

import type { Word } from "../ast.ts";
import { Lexer, type PendingHereDocument } from "./lexer.ts";
import { readUntil } from "./text.ts";

/** Reads one document at the position, which is the beginning of a line. */
export function readHereDocument(lexer: Lexer, document: PendingHereDocument): void {
  const stripTabs = document.redirect.operator === "<<-";
  const firstLine = lexer.line;
  const lines: string[] = [];
  let joined = "";
  for (;;) {
    if (lexer.position >= lexer.source.length) {
      endedBySource(lexer, document);
      break;
    }
    let line = takeLine(lexer);
    if (stripTabs && joined === "") line = line.replace(/^\t+/, "");
    const whole = joined + line;
    if (whole === document.delimiter) break;
    if (lexer.substitutions > 0 && endedByParenthesis(lexer, document, whole)) break;
    if (!document.quoted && endsInBackslash(line) && lexer.position < lexer.source.length) {
      joined = whole.slice(0, -1);
      continue;
    }
    lines.push(whole);
    joined = "";
  }
  const text = lines.length === 0 ? "" : `${lines.join("\n")}\n`;
  document.redirect.heredoc = document.quoted
    ? quotedBody(text, firstLine)
    : expandingBody(lexer, text, firstLine);
}

function takeLine(lexer: Lexer): string {
  const { source, position } = lexer;
  const end = source.indexOf("\n", position);
  // A last line without its newline may still continue.
  if (end === -1 && !lexer.complete) lexer.unclosed("newline", lexer.line);
  lexer.position = end === -1 ? source.length : end + 1;
  return source.slice(position, end === -1 ? undefined : end);
}

function endsInBackslash(line: string): boolean {
  return line.endsWith("\\") && /\\*$/.exec(line)![0].length % 2 === 1;
}

/** Within $( … ) the delimiter may be followed by the closing parenthesis, with bash's warning. */
function endedByParenthesis(lexer: Lexer, document: PendingHereDocument, line: string): boolean {
  if (!line.startsWith(`${document.delimiter})`)) return false;
  const start = lexer.source.lastIndexOf("\n", lexer.position - 2) + 1;
  lexer.position = lexer.source.indexOf(document.delimiter, start) + document.delimiter.length;
  warnEnded(lexer, document);
  return true;
}

function endedBySource(lexer: Lexer, document: PendingHereDocument): void {
  if (!lexer.complete) {
    lexer.awaited = { delimiter: document.delimiter, stripTabs: document.redirect.operator === "<<-" };
    lexer.unclosed("newline", lexer.line);
  }
  warnEnded(lexer, document);
}

function warnEnded(lexer: Lexer, document: PendingHereDocument): void {
  const message = `here-document at line ${document.line} delimited by end-of-file (wanted \`${document.delimiter}')`;
  const atLineStart = lexer.source.charCodeAt(lexer.position - 1) === 10;
  lexer.options.warn?.(message, lexer.line - (atLineStart ? 1 : 0));
}

function quotedBody(text: string, line: number): Word {
  return { parts: [{ type: "quoted", text, style: "single" }], text, line };
}

/** The document as a word like one within double quotes, in which a double quote is ordinary. */
function expandingBody(outer: Lexer, text: string, line: number): Word {
  const lexer = new Lexer(text, { ...outer.options, firstLine: line, complete: true });
  lexer.parseSubstitution = outer.parseSubstitutionIn(lexer);
  lexer.parseText = outer.parseText;
  lexer.depth = outer.depth;
  const parts: Word["parts"] = [];
  while (lexer.position < lexer.source.length) {
    parts.push(...readUntil(lexer, { stop: "", quoted: true, literalDouble: true }).parts);
  }
  return { parts, text, line };
}
