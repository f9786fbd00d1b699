// Compound commands. Each function is called with its first word as the current token.

import type { ArithExpression, CaseClause, CompoundCommand, List, Word } from "../ast.ts";
import type { Lexer } from "../lexer/lexer.ts";
import { arithmeticOf, tryArithmetic } from "../lexer/substitution.ts";
import { findParenthesis, readUntil } from "../lexer/text.ts";
import { isPlainWord } from "../lexer/token.ts";
import { parseCommand } from "./command.ts";
import { parseConditional } from "./conditional.ts";
import { CLOSERS, parseCompoundList, skipNewlines } from "./list.ts";
import { ShellSyntaxError } from "./syntax-error.ts";

/** The reserved words that begin a compound command. */
export const COMPOUND_WORDS: Readonly<Record<string, (lexer: Lexer) => CompoundCommand>> = {
  "{": parseGroup,
  if: parseIf,
  while: parseWhile,
  until: parseWhile,
  for: parseFor,
  select: parseSelect,
  case: parseCase,
  "[[": parseConditionalCommand,
  coproc: parseCoproc,
};

function isWord(lexer: Lexer, text: string): boolean {
  return isPlainWord(lexer.peek("command"), text);
}

function expect(lexer: Lexer, text: string): void {
  if (!isWord(lexer, text)) lexer.unexpected();
  lexer.take();
}

function parseGroup(lexer: Lexer): CompoundCommand {
  lexer.take();
  const body = parseCompoundList(lexer);
  expect(lexer, "}");
  return { type: "group", body };
}

export function parseSubshell(lexer: Lexer): CompoundCommand {
  lexer.take();
  const body = parseCompoundList(lexer);
  if (!lexer.isOperator(")")) lexer.unexpected();
  lexer.take();
  return { type: "subshell", body };
}

/** (( … )), or undefined where the parentheses are nested subshells. The current token is the first of them. */
export function parseArithCommand(lexer: Lexer): CompoundCommand | undefined {
  const { start } = lexer.token;
  if (lexer.source.charCodeAt(start + 1) !== 40) return undefined;
  const expression = tryArithmetic(lexer, start + 2);
  if (expression === undefined) return undefined;
  lexer.token.kind = "none";
  return { type: "arith-command", expression };
}

function parseIf(lexer: Lexer): CompoundCommand {
  const clauses: { condition: List; body: List }[] = [];
  let otherwise: List | undefined;
  do {
    lexer.take();
    const condition = parseCompoundList(lexer);
    expect(lexer, "then");
    clauses.push({ condition, body: parseCompoundList(lexer) });
  } while (isWord(lexer, "elif"));
  if (isWord(lexer, "else")) {
    lexer.take();
    otherwise = parseCompoundList(lexer);
  }
  expect(lexer, "fi");
  return { type: "if", clauses, otherwise };
}

function parseWhile(lexer: Lexer): CompoundCommand {
  const until = lexer.token.text === "until";
  lexer.take();
  const condition = parseCompoundList(lexer);
  return { type: "while", until, condition, body: parseDoGroup(lexer) };
}

function parseDoGroup(lexer: Lexer): List {
  expect(lexer, "do");
  const body = parseCompoundList(lexer);
  expect(lexer, "done");
  return body;
}

/** The body of for and select may also be written in braces. */
function parseLoopBody(lexer: Lexer): List {
  if (!isWord(lexer, "{")) return parseDoGroup(lexer);
  lexer.take();
  const body = parseCompoundList(lexer);
  expect(lexer, "}");
  return body;
}

// ── for and select ─────────────────────────────────────────────────────

function parseFor(lexer: Lexer): CompoundCommand {
  const line = lexer.lineAt(lexer.token.start);
  lexer.take();
  lexer.peek();
  if (lexer.isOperator("(") && lexer.source.charCodeAt(lexer.position) === 40)
    return parseArithFor(lexer, line);
  return { type: "for", ...parseLoop(lexer) };
}

function parseSelect(lexer: Lexer): CompoundCommand {
  lexer.take();
  return { type: "select", ...parseLoop(lexer) };
}

function parseLoop(lexer: Lexer): { name: string; words?: Word[]; body: List } {
  if (lexer.peek().kind !== "word") lexer.unexpected();
  const name = lexer.token.text;
  lexer.take();
  const separated = skipSeparator(lexer);
  let words: Word[] | undefined;
  if (!separated && isWord(lexer, "in")) {
    lexer.take();
    words = parseWords(lexer);
    if (!lexer.isOperator(";") && lexer.token.kind !== "newline") lexer.unexpected();
    lexer.take();
    skipNewlines(lexer);
  }
  return { name, words, body: parseLoopBody(lexer) };
}

/** Newlines, or one ";" and newlines: only the former may be followed by "in". */
function skipSeparator(lexer: Lexer): boolean {
  lexer.peek("command");
  const separated = lexer.isOperator(";");
  if (separated) lexer.take();
  skipNewlines(lexer);
  return separated;
}

function parseWords(lexer: Lexer): Word[] {
  const words: Word[] = [];
  while (lexer.peek().kind === "word") {
    words.push(lexer.token.word!);
    lexer.take();
  }
  return words;
}

/** for (( init; condition; step )) */
function parseArithFor(lexer: Lexer, line: number): CompoundCommand {
  const start = lexer.token.start + 2;
  const end = findParenthesis(lexer, start);
  if (end === -1 || lexer.source.charCodeAt(end + 1) !== 41) lexer.unclosed(")", line);
  const parts: Word[] = [];
  lexer.position = start;
  for (;;) {
    parts.push(readUntil(lexer, { stop: ";", quoted: true, ends: () => lexer.position >= end }));
    if (lexer.position >= end) break;
    lexer.position++;
  }
  if (parts.length !== 3) {
    const text = `((${lexer.source.slice(start, end)}))`;
    const detail = parts.length < 3 ? "arithmetic expression required" : "`;' unexpected";
    throw new ShellSyntaxError(`syntax error: \`${text}'`, line, undefined, `syntax error: ${detail}`);
  }
  lexer.position = end + 2;
  lexer.token.kind = "none";
  skipSeparator(lexer);
  const [init, condition, step] = parts.map(expressionOf);
  return { type: "arith-for", init, condition, step, body: parseLoopBody(lexer) };
}

function expressionOf(word: Word): ArithExpression | undefined {
  return word.text.trim() === "" ? undefined : arithmeticOf(word);
}

// ── case ───────────────────────────────────────────────────────────────

function parseCase(lexer: Lexer): CompoundCommand {
  lexer.take();
  if (lexer.peek().kind !== "word") lexer.unexpected();
  const word = lexer.token.word!;
  lexer.take();
  skipNewlines(lexer);
  expect(lexer, "in");
  const clauses: CaseClause[] = [];
  for (;;) {
    while (lexer.peek().kind === "newline") lexer.take();
    if (isPlainWord(lexer.token, "esac")) break;
    const { clause, last } = parseClause(lexer);
    clauses.push(clause);
    if (last) break;
  }
  expect(lexer, "esac");
  return { type: "case", word, clauses };
}

const TERMINATORS: Readonly<Record<string, CaseClause["terminator"]>> = {
  ";;": "break",
  ";&": "fallthrough",
  ";;&": "continue",
};

function parseClause(lexer: Lexer): { clause: CaseClause; last: boolean } {
  if (lexer.isOperator("(")) lexer.take();
  const patterns: Word[] = [];
  for (;;) {
    if (lexer.peek().kind !== "word") lexer.unexpected();
    patterns.push(lexer.token.word!);
    lexer.take();
    lexer.peek();
    if (!lexer.isOperator("|")) break;
    lexer.take();
  }
  if (!lexer.isOperator(")")) lexer.unexpected();
  lexer.take();
  const body = parseCompoundList(lexer, true);
  const operator = lexer.token.kind === "operator" ? lexer.token.text : "";
  const terminator = TERMINATORS[operator];
  if (terminator !== undefined) lexer.take();
  else if (!isPlainWord(lexer.token, "esac")) lexer.unexpected();
  return { clause: { patterns, body, terminator: terminator ?? "break" }, last: terminator === undefined };
}

// ── [[ and coproc ──────────────────────────────────────────────────────

function parseConditionalCommand(lexer: Lexer): CompoundCommand {
  lexer.take();
  return { type: "conditional", expression: parseConditional(lexer) };
}

/** A name is one only before a compound command. */
function parseCoproc(lexer: Lexer): CompoundCommand {
  lexer.take();
  let name = "COPROC";
  const token = lexer.peek("command");
  if (token.kind === "word" && token.plain && !Object.hasOwn(COMPOUND_WORDS, token.text)) {
    const { start, text } = token;
    if (CLOSERS.has(text)) lexer.unexpected();
    lexer.take();
    const next = lexer.peek("command");
    const compound = next.kind === "word" && next.plain && Object.hasOwn(COMPOUND_WORDS, next.text);
    if (compound || lexer.isOperator("(")) name = text;
    else {
      lexer.position = start;
      lexer.token.kind = "none";
    }
  }
  return { type: "coproc", name, body: parseCommand(lexer) };
}
