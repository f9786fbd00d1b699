// Control and redirection operators. Lines may be continued between their characters.

import { INCOMPLETE } from "../parser/syntax-error.ts";
import { pastContinued } from "./chars.ts";
import type { Lexer } from "./lexer.ts";
import type { WordMode } from "./token.ts";

const OPERATOR_START = new Set([...";&|<>()"].map((char) => char.charCodeAt(0)));

/** The operator at the lexer's position; "" if there is none. */
export function operatorAt(lexer: Lexer, mode: WordMode): string {
  const { source, position: start } = lexer;
  const code = source.charCodeAt(start);
  if (mode === "regex") return regexOperator(code);
  if (!OPERATOR_START.has(code)) return "";
  const second = nextOf(lexer, start + 1);
  const next = source.charCodeAt(second);
  switch (code) {
    case 59: // ;
      if (next === 59) return source.charCodeAt(nextOf(lexer, second + 1)) === 38 ? ";;&" : ";;";
      return next === 38 ? ";&" : ";";
    case 38: // &
      if (next === 38) return "&&";
      if (next === 62) return source.charCodeAt(nextOf(lexer, second + 1)) === 62 ? "&>>" : "&>";
      return "&";
    case 124: // |
      return next === 124 ? "||" : next === 38 ? "|&" : "|";
    case 60: // <
      if (source.charCodeAt(start + 1) === 40) return "";
      if (next === 60) {
        const third = source.charCodeAt(nextOf(lexer, second + 1));
        return third === 60 ? "<<<" : third === 45 ? "<<-" : "<<";
      }
      return next === 38 ? "<&" : next === 62 ? "<>" : "<";
    case 62: // >
      if (source.charCodeAt(start + 1) === 40) return "";
      return next === 62 ? ">>" : next === 38 ? ">&" : next === 124 ? ">|" : ">";
    case 40:
      return "(";
    case 41:
      return ")";
    default:
      return "";
  }
}

/** Where the token at the position goes on at an offset, past continued lines. */
export function nextOf(lexer: Lexer, offset: number): number {
  const next = pastContinued(lexer.source, offset);
  if (next > offset && next === lexer.source.length && !lexer.complete) throw INCOMPLETE;
  return next;
}

/** After =~ only these end the expression; the word reader takes every other character. */
function regexOperator(code: number): string {
  return code === 59 ? ";" : code === 38 ? "&" : "";
}
