// Simple commands, redirections and function definitions. Compound commands are recognized here.

import type { Command, Redirect, SimpleCommand, Word, WordPart } from "../ast.ts";
import type { Lexer } from "../lexer/lexer.ts";
import type { WordMode } from "../lexer/token.ts";
import { COMPOUND_WORDS, parseArithCommand, parseSubshell } from "./compound.ts";
import { skipNewlines } from "./list.ts";

const REDIRECTIONS = new Set(["<", ">", ">>", ">|", "<>", "<&", ">&", "&>", "&>>", "<<", "<<-", "<<<"]);

/** Builtins whose arguments may be assignments, array values included. */
const DECLARATIONS = new Set(["declare", "typeset", "local", "export", "readonly", "alias", "eval", "let"]);

export function isRedirection(operator: string): boolean {
  return REDIRECTIONS.has(operator);
}

/** One command. The current token is its first. */
export function parseCommand(lexer: Lexer): Command {
  lexer.enter();
  while (lexer.peek("command").kind === "word" && lexer.token.plain && mayExpandAlias(lexer)) {
    if (!lexer.expandAlias()) break;
  }
  const command = parseUnaliased(lexer);
  lexer.leave();
  return command;
}

/** Reserved words cannot be aliased in posix mode. */
function mayExpandAlias(lexer: Lexer): boolean {
  if (lexer.options.alias === undefined) return false;
  return !lexer.options.posix?.() || !(lexer.token.text in COMPOUND_WORDS);
}

function parseUnaliased(lexer: Lexer): Command {
  const token = lexer.peek("command");
  // An alias may expand to nothing, or to something that begins with any token.
  if (token.kind === "newline" || token.kind === "end" || lexer.isOperator(";") || lexer.isOperator(")")) {
    if (lexer.spliced) return { type: "simple", assignments: [], words: [], redirects: [], line: lexer.line };
  }
  const line = lexer.lineAt(token.start);
  if (token.kind === "operator" && token.text === "(") {
    const compound = parseArithCommand(lexer) ?? parseSubshell(lexer);
    return { ...compound, redirects: parseRedirects(lexer), line };
  }
  if (token.kind === "word" && token.plain) {
    const compound = parseCompound(lexer);
    if (compound !== undefined) return compound;
    if (token.text === "function") return parseFunctionWord(lexer);
    if (token.text === "!") lexer.unexpected();
  }
  return parseSimple(lexer);
}

/** A compound command with its redirections, if the current word begins one. */
function parseCompound(lexer: Lexer): Command | undefined {
  const { text } = lexer.token;
  if (!Object.hasOwn(COMPOUND_WORDS, text)) return undefined;
  const line = lexer.lineAt(lexer.token.start);
  const compound = COMPOUND_WORDS[text]!(lexer);
  return { ...compound, redirects: parseRedirects(lexer), line };
}

// ── simple commands ────────────────────────────────────────────────────

function parseSimple(lexer: Lexer): Command {
  const command: SimpleCommand = {
    type: "simple",
    assignments: [],
    words: [],
    redirects: [],
    line: lexer.lineAt(lexer.peek("command").start),
  };
  let mode: WordMode = "command";
  for (;;) {
    const token = lexer.peek(mode);
    if (isSecond(command)) command.line = lexer.lineAt(token.kind === "newline" ? token.start : token.end);
    if (token.kind === "word") {
      if (command.words.length === 0 && token.plain && mayExpandAlias(lexer) && lexer.expandAlias()) continue;
      const word = token.word!;
      lexer.take();
      if (word.assignment !== undefined && command.words.length === 0) {
        command.assignments.push(word.assignment);
        continue;
      }
      command.words.push(word);
      mode = modeAfter(command, mode);
    } else if (isFunctionStart(lexer, command)) {
      return parseFunctionBody(lexer, command.words[0]!.text, command.line);
    } else {
      const redirect = parseRedirect(lexer);
      if (redirect === undefined) break;
      command.redirects.push(redirect);
    }
  }
  if (command.words.length + command.assignments.length + command.redirects.length === 0) {
    if (!lexer.spliced) lexer.unexpected();
  }
  return command;
}

/** bash reads one word ahead before it takes the first, and counts lines up to there. */
function isSecond({ assignments, words, redirects }: SimpleCommand): boolean {
  return assignments.length + words.length + redirects.length === 1;
}

function modeAfter(command: SimpleCommand, mode: WordMode): WordMode {
  if (command.words.length > 1) return mode;
  return DECLARATIONS.has(command.words[0]!.text) ? "declaration" : "argument";
}

// ── redirections ───────────────────────────────────────────────────────

function parseRedirects(lexer: Lexer): Redirect[] {
  const redirects: Redirect[] = [];
  for (;;) {
    const redirect = parseRedirect(lexer);
    if (redirect === undefined) return redirects;
    redirects.push(redirect);
  }
}

function parseRedirect(lexer: Lexer): Redirect | undefined {
  let token = lexer.peek();
  let fd: Redirect["fd"];
  if (token.kind === "io-number") fd = Number(token.text);
  else if (token.kind === "io-variable") fd = { variable: token.text.slice(1, -1) };
  if (fd !== undefined) {
    lexer.take();
    token = lexer.peek();
  }
  if (token.kind !== "operator" || !REDIRECTIONS.has(token.text)) {
    if (fd !== undefined) lexer.unexpected();
    return undefined;
  }
  const line = lexer.lineAt(token.start);
  const operator = token.text as Redirect["operator"];
  lexer.take();
  if (lexer.peek().kind !== "word") lexer.unexpected();
  const target = lexer.token.word!;
  const redirect: Redirect = { fd, operator, target, line };
  if (operator === "<<" || operator === "<<-") {
    const { text, quoted } = delimiterOf(target);
    lexer.pending.push({ redirect, delimiter: text, quoted, line });
  }
  lexer.take();
  return redirect;
}

/** A here-document's delimiter: the word without its quotes; nothing in it is expanded. */
function delimiterOf(word: Word): { text: string; quoted: boolean } {
  let quoted = false;
  const textOf = (part: WordPart): string => {
    if (part.type === "literal") return part.text;
    if (part.type === "parameter") return part.text;
    if (part.type === "tilde") return `~${part.user}`;
    if (part.type !== "quoted" && part.type !== "double") return word.text;
    quoted = true;
    return part.type === "quoted" ? part.text : part.parts.map(textOf).join("");
  };
  const text = word.parts.map(textOf).join("");
  return { text, quoted };
}

// ── functions ──────────────────────────────────────────────────────────

/** name ( ) */
function isFunctionStart(lexer: Lexer, command: SimpleCommand): boolean {
  if (!lexer.isOperator("(") || command.words.length !== 1) return false;
  if (command.assignments.length + command.redirects.length > 0) return false;
  lexer.take();
  lexer.peek();
  if (!lexer.isOperator(")")) lexer.unexpected();
  lexer.take();
  return true;
}

function parseFunctionWord(lexer: Lexer): Command {
  const line = lexer.lineAt(lexer.token.start);
  lexer.take();
  if (lexer.peek().kind !== "word") lexer.unexpected();
  const name = lexer.token.text;
  lexer.take();
  lexer.peek("command");
  // "function f (" may also begin a subshell as its body.
  if (lexer.isOperator("(") && /^[ \t]*\)/.test(lexer.source.slice(lexer.position, lexer.position + 64))) {
    lexer.take();
    lexer.peek();
    lexer.take();
  }
  return parseFunctionBody(lexer, name, line);
}

/** A function's body is a compound command; its redirections are applied at each call. */
function parseFunctionBody(lexer: Lexer, name: string, line: number): Command {
  skipNewlines(lexer);
  const token = lexer.peek("command");
  const compound =
    token.kind === "word" && token.plain && token.text !== "coproc" && token.text in COMPOUND_WORDS;
  if (!compound && !lexer.isOperator("(")) lexer.unexpected();
  return { type: "function", name, body: parseCommand(lexer), line };
}
