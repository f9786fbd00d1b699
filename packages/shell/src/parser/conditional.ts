// The expression of [[ … ]]. @see bash(1) Compound Commands

import type { Conditional, Word } from "../ast.ts";
import type { Lexer } from "../lexer/lexer.ts";
import { isPlainWord, type Token, type WordMode } from "../lexer/token.ts";
import { ShellSyntaxError } from "./syntax-error.ts";

const UNARY = /^-[abcdefghknoprstuvwxzGLNORS]$/;
const BINARY = new Set([
  "=",
  "==",
  "!=",
  "=~",
  "-eq",
  "-ne",
  "-lt",
  "-le",
  "-gt",
  "-ge",
  "-nt",
  "-ot",
  "-ef",
]);

/** Parses up to and past "]]". The position is after "[[". */
export function parseConditional(lexer: Lexer): Conditional {
  const line = lexer.line;
  const expression = parseOr(lexer);
  if (!isPlain(lexer, "]]")) {
    if (lexer.token.kind === "end") endOfSource(lexer, line);
    const at = lexer.token.kind === "word" ? "" : `: unexpected token \`${lexer.token.text}'`;
    fail(lexer, `syntax error in conditional expression${at}`);
  }
  lexer.take();
  return expression;
}

function peek(lexer: Lexer, mode: WordMode = "condition"): Token {
  let token = lexer.peek(mode);
  while (token.kind === "newline") {
    lexer.take();
    token = lexer.peek(mode);
  }
  return token;
}

function isPlain(lexer: Lexer, text: string): boolean {
  return isPlainWord(peek(lexer), text);
}

function parseOr(lexer: Lexer): Conditional {
  const left = parseAnd(lexer);
  peek(lexer);
  if (!lexer.isOperator("||")) return left;
  lexer.take();
  lexer.enter();
  const right = parseOr(lexer);
  lexer.leave();
  return { type: "or", left, right };
}

function parseAnd(lexer: Lexer): Conditional {
  const left = parseTerm(lexer);
  peek(lexer);
  if (!lexer.isOperator("&&")) return left;
  lexer.take();
  lexer.enter();
  const right = parseAnd(lexer);
  lexer.leave();
  return { type: "and", left, right };
}

function parseTerm(lexer: Lexer): Conditional {
  const token = peek(lexer);
  if (lexer.isOperator("(")) return parseParenthesized(lexer);
  if (token.kind === "end") {
    if (!lexer.complete) endOfSource(lexer, lexer.line);
    fail(lexer, "unexpected token `EOF' in conditional command");
  }
  if (!isWordToken(token) || isPlain(lexer, "]]")) {
    fail(lexer, `unexpected token \`${token.text}' in conditional command`);
  }
  if (isPlain(lexer, "!")) {
    lexer.take();
    lexer.enter();
    const operand = parseTerm(lexer);
    lexer.leave();
    return { type: "not", operand };
  }
  const word = takeWord(lexer);
  if (UNARY.test(word.text)) return parseUnary(lexer, word.text);
  return parseBinary(lexer, word);
}

function isWordToken(token: Token): boolean {
  return token.kind === "word" || token.kind === "io-number" || token.kind === "io-variable";
}

function takeWord(lexer: Lexer): Word {
  const word = lexer.token.word!;
  lexer.take();
  return word;
}

function parseParenthesized(lexer: Lexer): Conditional {
  lexer.take();
  lexer.enter();
  const inner = parseOr(lexer);
  lexer.leave();
  const token = peek(lexer);
  if (!lexer.isOperator(")")) {
    if (token.kind === "end") fail(lexer, "unexpected token `EOF', expected `)'");
    fail(lexer, `unexpected token \`${token.text}', expected \`)'`);
  }
  lexer.take();
  return { type: "group", operand: inner };
}

function parseUnary(lexer: Lexer, operator: string): Conditional {
  const token = lexer.peek("condition");
  if (!isWordToken(token) || isPlain(lexer, "]]")) {
    fail(lexer, `unexpected argument \`${token.text}' to conditional unary operator`);
  }
  return { type: "unary", operator, operand: takeWord(lexer) };
}

function parseBinary(lexer: Lexer, left: Word): Conditional {
  const token = lexer.peek("condition");
  const angle = lexer.isOperator("<") || lexer.isOperator(">");
  const named = token.kind === "word" && token.plain && BINARY.has(token.text);
  if (!angle && !named) {
    const ends =
      (token.kind === "word" && isPlain(lexer, "]]")) ||
      [")", "&&", "||"].some((text) => lexer.isOperator(text));
    if (ends) return { type: "word", word: left };
    const unexpected = isWordToken(token) ? "" : `unexpected token \`${token.text}', `;
    fail(lexer, `${unexpected}conditional binary operator expected`);
  }
  const operator = token.text;
  lexer.take();
  const right = lexer.peek(operator === "=~" ? "regex" : "condition");
  if (!isWordToken(right) || isPlain(lexer, "]]")) {
    fail(lexer, `unexpected argument \`${right.text}' to conditional binary operator`);
  }
  return { type: "binary", operator, left, right: takeWord(lexer) };
}

function endOfSource(lexer: Lexer, line: number): never {
  return lexer.unclosedWord("]]", line);
}

/** Bash says what is wrong, but not where, as it does for other errors. */
function fail(lexer: Lexer, message: string): never {
  const error = new ShellSyntaxError(message, lexer.lineAt(lexer.token.start));
  error.keepsStatus = lexer.token.kind !== "end";
  throw error;
}
