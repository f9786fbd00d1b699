// Commands and arithmetic within words: $( … ), ` … `, <( … ), $(( … )), $[ … ].

import type { ArithExpression, List, Word, WordPart } from "../ast.ts";
import { parseArithmetic } from "../parser/arithmetic.ts";
import { ShellSyntaxError } from "../parser/syntax-error.ts";
import type { Lexer } from "./lexer.ts";
import { findParenthesis, readUntil } from "./text.ts";

/** $( … ) with the position at its parenthesis, or at another one that opens commands. */
function readCommands(lexer: Lexer): List {
  return lexer.withoutSplices(() => readCommandsAt(lexer));
}

function readCommandsAt(lexer: Lexer): List {
  const line = lexer.line;
  lexer.position++;
  lexer.enter();
  lexer.substitutions++;
  const pending = lexer.pending;
  lexer.pending = [];
  const body = lexer.parseSubstitution();
  lexer.pending = pending;
  lexer.substitutions--;
  lexer.leave();
  if (lexer.token.kind === "end") lexer.unclosed(")", Math.max(line, lexer.endLine()));
  lexer.position = lexer.token.end;
  lexer.token.kind = "none";
  return body;
}

export function readProcessSubstitution(lexer: Lexer): WordPart {
  const direction = lexer.source.charAt(lexer.position) as "<" | ">";
  lexer.position++;
  return { type: "process", direction, body: readCommands(lexer) };
}

/** $( … ) or $(( … )), with the position at the dollar. */
export function readParenthesized(lexer: Lexer): WordPart {
  if (lexer.source.charCodeAt(lexer.position + 2) === 40) {
    const expression = tryArithmetic(lexer, lexer.position + 3);
    if (expression !== undefined) return { type: "arith", expression };
  }
  lexer.position++;
  return { type: "command", body: readCommands(lexer), backquoted: false };
}

/**
 * The expression from `start` up to "))", going past them; undefined if the parentheses close apart, so that this
 * is a subshell within commands.
 */
export function tryArithmetic(lexer: Lexer, start: number): ArithExpression | undefined {
  const end = findArithmeticEnd(lexer, start);
  if (end === undefined) return undefined;
  lexer.position = start;
  const expression = readArithmetic(lexer, end);
  lexer.position = end + 2;
  return expression;
}

function findArithmeticEnd(lexer: Lexer, start: number): number | undefined {
  const end = findParenthesis(lexer, start);
  if (end === -1) lexer.unclosed(")", lexer.lineAt(start));
  return lexer.source.charCodeAt(end + 1) === 41 ? end : undefined;
}

/** Parses the source from the position up to `end` as an arithmetic expression. */
function readArithmetic(lexer: Lexer, end: number): ArithExpression {
  const word = readUntil(lexer, { stop: "", quoted: true, ends: () => lexer.position >= end });
  return arithmeticOf(word);
}

/** An expression with its tree, if no expansion can change it. A wrong one is reported when it is evaluated. */
export function arithmeticOf(word: Word): ArithExpression {
  if (word.parts.length > 1 || (word.parts[0] !== undefined && word.parts[0].type !== "literal"))
    return { word };
  const text = word.parts[0]?.type === "literal" ? word.parts[0].text : "";
  const constant = parseArithmetic(text);
  return "error" in constant ? { word } : { word, constant };
}

/** $[ … ], the old form of $(( … )), with the position at the dollar. */
export function readOldArithmetic(lexer: Lexer): WordPart {
  const line = lexer.line;
  lexer.position += 2;
  const word = readUntil(lexer, { stop: "]", quoted: true, nest: "[" });
  if (lexer.position >= lexer.source.length) lexer.unclosed("]", line);
  lexer.position++;
  return { type: "arith", expression: arithmeticOf(word) };
}

/**
 * ` … `: the text up to the next unquoted backquote, in which a backslash quotes only $ ` \ (and " within double
 * quotes), is a source of its own. @see POSIX.1-2024 XCU 2.6.3
 */
export function readBackquoted(lexer: Lexer, inDouble: boolean): WordPart {
  const { source } = lexer;
  const line = lexer.line;
  let text = "";
  let from = lexer.position + 1;
  for (let i = from; ; i++) {
    const char = source[i];
    if (char === undefined) lexer.unclosed("`", line);
    if (char === "`") {
      text += source.slice(from, i);
      lexer.position = i + 1;
      break;
    }
    if (char !== "\\") continue;
    const next = source[i + 1];
    if (next === "$" || next === "`" || next === "\\" || (inDouble && next === '"')) {
      text += source.slice(from, i);
      from = i + 1;
    }
    i++;
  }
  lexer.enter();
  try {
    return { type: "command", body: lexer.parseText(text, line), backquoted: true };
  } catch (error) {
    // Its errors matter only when it is expanded.
    if (!(error instanceof ShellSyntaxError)) throw error;
    return { type: "command", body: { items: [] }, backquoted: true, error };
  } finally {
    lexer.leave();
  }
}
