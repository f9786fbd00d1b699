// Words: runs of literal text, quotings and expansions up to a blank, newline or operator.

import type { ArrayElement, Assignment, Subscript, Word, WordPart } from "../ast.ts";
import { readArrayElements } from "./array.ts";
import { classOf, isNamePart, joined, META, NAME_START, nameEnd, pastContinued, QUOTE } from "./chars.ts";
import type { Lexer } from "./lexer.ts";
import { readQuoting } from "./quoting.ts";
import { readProcessSubstitution } from "./substitution.ts";
import { readUntil } from "./text.ts";
import type { WordMode } from "./token.ts";

/** A word with what was found out while reading it. */
interface Draft {
  parts: WordPart[];
  /** Literal text not yet in `parts`. */
  literal: string;
  assignment: Assignment | undefined;
}

/** Reads the word at the position into the lexer's current token. */
export function readWord(lexer: Lexer, mode: WordMode): void {
  const { source } = lexer;
  const start = lexer.position;
  const end = literalEnd(source, start);
  const stop = source.charCodeAt(end);
  const first = source.charCodeAt(start);
  const special =
    (classOf(stop) & QUOTE) !== 0 ||
    stop === 40 ||
    stop === 60 ||
    stop === 62 ||
    first === 126 ||
    mode === "regex";
  if (!special && end > start) {
    const text = source.slice(start, end);
    if (!text.includes("=") && !text.includes("[")) {
      lexer.position = end;
      finishWord(lexer, { parts: [{ type: "literal", text }], text, line: lexer.lineAt(start) }, true);
      return;
    }
  }
  readComplexWord(lexer, mode, start);
}

function readComplexWord(lexer: Lexer, mode: WordMode, start: number): void {
  const line = lexer.lineAt(start);
  const draft: Draft = { parts: [], literal: "", assignment: undefined };
  const assigned = mode === "regex" ? undefined : readAssignmentStart(lexer, draft, mode);
  if (assigned !== undefined && assigned.elements !== undefined) {
    const text = lexer.source.slice(start, lexer.position);
    const assignment = { ...assigned.head, value: assigned.elements, line };
    finishWord(lexer, { parts: [{ type: "literal", text }], text, line, assignment }, false, start);
    return;
  }
  const valueStart = lexer.position;
  const prefix = draft.parts.length;
  readParts(lexer, draft, mode, assigned !== undefined);
  const source = lexer.source.slice(start, lexer.position);
  const only = draft.parts[0];
  const plain = draft.parts.length === 1 && only?.type === "literal" && only.text === joined(source);
  const word: Word = { parts: draft.parts, text: plain ? only.text : source, line };
  if (assigned !== undefined) {
    const value: Word = {
      parts: draft.parts.slice(prefix),
      text: lexer.source.slice(valueStart, lexer.position),
      line,
    };
    word.assignment = { ...assigned.head, value, line };
  }
  finishWord(lexer, word, plain, start);
}

/** Digits or {name} directly before a redirection are its descriptor. */
function finishWord(
  lexer: Lexer,
  word: Word,
  plain: boolean,
  start = lexer.position - word.text.length,
): void {
  const next = lexer.source.charCodeAt(lexer.position);
  lexer.setToken("word", word.text, start, lexer.position);
  if ((next === 60 || next === 62) && lexer.source.charCodeAt(lexer.position + 1) !== 40) {
    if (/^[0-9]+$/.test(word.text)) lexer.token.kind = "io-number";
    else if (/^\{[A-Za-z_][A-Za-z0-9_]*\}$/.test(word.text)) lexer.token.kind = "io-variable";
  }
  lexer.token.word = word;
  lexer.token.plain = plain;
}

function literalEnd(source: string, start: number): number {
  let i = start;
  while (i < source.length && (classOf(source.charCodeAt(i)) & (META | QUOTE)) === 0) i++;
  return i;
}

// ── parts ──────────────────────────────────────────────────────────────

/** Reads literal text, quotings and expansions up to the end of the word. */
function readParts(lexer: Lexer, draft: Draft, mode: WordMode, isValue: boolean): void {
  const { source } = lexer;
  const { inValue } = lexer;
  lexer.inValue = isValue;
  let depth = 0;
  let tilde = draft.literal === "" && (draft.parts.length === 0 || isValue);
  for (;;) {
    const at = lexer.position;
    if (tilde && source.charCodeAt(at) === 126) readTilde(lexer, draft, isValue);
    tilde = false;
    const end = literalEnd(source, lexer.position);
    if (end > lexer.position) {
      const run = isValue ? untilTilde(source, lexer.position, end) : end;
      draft.literal += source.slice(lexer.position, run);
      lexer.position = run;
      if (run < end) {
        tilde = true;
        continue;
      }
    }
    const code = source.charCodeAt(end);
    if (Number.isNaN(code)) {
      if (!lexer.complete) lexer.unclosed("newline", lexer.line);
      break;
    }
    if ((classOf(code) & QUOTE) !== 0) {
      readPart(lexer, draft);
      continue;
    }
    if (mode === "regex" && regexTakes(code, depth)) {
      if (code === 40) depth++;
      else if (code === 41) depth--;
      draft.literal += String.fromCharCode(code);
      lexer.position = end + 1;
      continue;
    }
    if (mode === "regex" && depth > 0) lexer.unclosed(")", lexer.lineAt(end));
    if (!readBracketed(lexer, draft, mode, code)) break;
  }
  lexer.inValue = inValue;
  flush(draft);
}

/** Parentheses and | belong to a regular expression; blanks only within parentheses. */
function regexTakes(code: number, depth: number): boolean {
  if (code === 40 || code === 124) return true;
  if (code === 60 || code === 62) return true;
  return depth > 0 && (code === 41 || code === 32 || code === 9 || code === 59 || code === 38 || code === 10);
}

/** A process substitution or extended pattern within a word; false where the character ends it. */
function readBracketed(lexer: Lexer, draft: Draft, mode: WordMode, code: number): boolean {
  const at = lexer.position;
  const { source } = lexer;
  if ((code === 60 || code === 62) && source.charCodeAt(at + 1) === 40) {
    flush(draft);
    draft.parts.push(readProcessSubstitution(lexer));
    return true;
  }
  if (code !== 40) return false;
  const operator = draft.literal.at(-1);
  if (operator === undefined || !"?*+@!".includes(operator)) return false;
  if (mode !== "condition" && !lexer.options.extglob?.()) return false;
  draft.literal = draft.literal.slice(0, -1);
  flush(draft);
  lexer.position = at + 1;
  const alternatives = readAlternatives(lexer);
  draft.parts.push({ type: "extglob", operator: operator as "?", alternatives });
  return true;
}

/** The patterns of ?( … | … ), up to and past the closing parenthesis. */
function readAlternatives(lexer: Lexer): Word[] {
  const line = lexer.line;
  const alternatives: Word[] = [];
  lexer.enter();
  for (;;) {
    alternatives.push(readUntil(lexer, { stop: "|)", quoted: false, extglob: true }));
    const code = lexer.source.charCodeAt(lexer.position);
    if (Number.isNaN(code)) lexer.unclosed(")", line);
    lexer.position++;
    if (code === 41) break;
  }
  lexer.leave();
  return alternatives;
}

function readPart(lexer: Lexer, draft: Draft): void {
  const part = readQuoting(lexer, false);
  if (part === undefined) return;
  if (part.type === "literal") {
    draft.literal += part.text;
    return;
  }
  flush(draft);
  draft.parts.push(part);
}

function flush(draft: Draft): void {
  if (draft.literal === "") return;
  draft.parts.push({ type: "literal", text: draft.literal });
  draft.literal = "";
}

// ── tildes ─────────────────────────────────────────────────────────────

/** Where a literal run must be cut because a ":" or "=" is followed by a tilde. */
function untilTilde(source: string, start: number, end: number): number {
  for (let at = source.indexOf("~", start + 1); at !== -1 && at < end; at = source.indexOf("~", at + 1)) {
    if (source.charCodeAt(at - 1) === 58) return at;
  }
  return end;
}

/** A tilde prefix if the characters up to the next / (or : in a value) are all unquoted. */
function readTilde(lexer: Lexer, draft: Draft, isValue: boolean): void {
  const { source } = lexer;
  let end = lexer.position + 1;
  while (end < source.length && isLoginCharacter(source.charCodeAt(end))) end++;
  const next = source.charCodeAt(end);
  const ends = Number.isNaN(next) || next === 47 || (classOf(next) & META) !== 0 || (isValue && next === 58);
  if (!ends) return;
  flush(draft);
  draft.parts.push({ type: "tilde", user: source.slice(lexer.position + 1, end) });
  lexer.position = end;
}

function isLoginCharacter(code: number): boolean {
  return isNamePart(code) || code === 43 || code === 45 || code === 46;
}

// ── assignments ────────────────────────────────────────────────────────

interface AssignmentStart {
  head: { name: string; subscript?: Word; append: boolean };
  elements?: ArrayElement[];
}

/** The name, subscript and "=" of an assignment; reads an array value too. undefined: an ordinary word. */
function readAssignmentStart(lexer: Lexer, draft: Draft, mode: WordMode): AssignmentStart | undefined {
  const { source } = lexer;
  const start = lexer.position;
  if ((classOf(source.charCodeAt(start)) & NAME_START) === 0) return undefined;
  let at = nameEnd(source, start);
  const name = joined(source.slice(start, at));
  at = pastContinued(source, at);
  let subscript: Word | undefined;
  if (source.charCodeAt(at) === 91 && mayHaveSubscript(source, at, mode)) {
    lexer.position = at + 1;
    subscript = readSubscript(lexer);
    at = pastContinued(source, lexer.position);
  }
  const append = source.charCodeAt(at) === 43;
  if (append) at = pastContinued(source, at + 1);
  if (source.charCodeAt(at) !== 61) {
    if (subscript === undefined) lexer.position = start;
    else keepSubscript(draft, name, subscript);
    return undefined;
  }
  lexer.position = at + 1;
  const head = { name, subscript, append };
  const takesArray = mode === "command" || mode === "declaration";
  const value = pastContinued(source, at + 1);
  if (takesArray && source.charCodeAt(value) === 40) {
    lexer.position = value + 1;
    return { head, elements: readArrayElements(lexer) };
  }
  draft.literal = joined(source.slice(start, at + 1));
  flush(draft);
  return { head };
}

/** Where a command begins, a bracket after a name must close; elsewhere it is one that does on its line. */
function mayHaveSubscript(source: string, at: number, mode: WordMode): boolean {
  if (mode === "command") return true;
  return mode === "declaration" && source.slice(at, source.indexOf("\n", at)).includes("]");
}

/** name[ … ] that is no assignment is the beginning of an ordinary word, blanks and all. */
function keepSubscript(draft: Draft, name: string, subscript: Word): void {
  draft.parts.push({ type: "literal", text: `${name}[` }, ...subscript.parts, { type: "literal", text: "]" });
}

/** The text of a subscript up to and past its closing bracket. */
export function readSubscript(lexer: Lexer): Word {
  const line = lexer.line;
  const word = readUntil(lexer, { stop: "]", quoted: false, nest: "[" });
  if (lexer.position >= lexer.source.length) lexer.unclosed("]", line);
  lexer.position++;
  return word;
}

/** A subscript in ${name[ … ]}. */
export function readParameterSubscript(lexer: Lexer): Subscript {
  const { source } = lexer;
  const form = source.charAt(lexer.position);
  if ((form === "@" || form === "*") && source.charCodeAt(lexer.position + 1) === 93) {
    lexer.position += 2;
    return { type: "all", form };
  }
  return { type: "index", word: readSubscript(lexer) };
}
