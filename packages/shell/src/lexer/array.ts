import type { ArrayElement, Word } from "../ast.ts";
import { ShellSyntaxError } from "../parser/syntax-error.ts";
import { BLANK, classOf } from "./chars.ts";
import type { Lexer } from "./lexer.ts";
import { readSubscript } from "./word.ts";

/** The elements of name=( … ), up to and past the closing parenthesis. */
export function readArrayElements(lexer: Lexer): ArrayElement[] {
  const line = lexer.line;
  const elements: ArrayElement[] = [];
  lexer.enter();
  lexer.token.kind = "none";
  for (;;) {
    const key = readKey(lexer);
    const token = lexer.peek("element");
    if (key !== undefined) elements.push(readElement(lexer, key));
    else if (token.kind === "newline") lexer.take();
    else if (token.kind === "end") lexer.unclosed(")", line);
    else if (lexer.isOperator(")")) {
      lexer.take();
      break;
    } else {
      if (token.kind !== "word") throw discarding(lexer);
      elements.push(readElement(lexer, undefined));
    }
  }
  lexer.leave();
  return elements;
}

/** An error in an array discards the command, but not the script. */
function discarding(lexer: Lexer): ShellSyntaxError {
  const { start, text } = lexer.token;
  const { message, line, sourceLine } = lexer.nearToken(text, start);
  return new ShellSyntaxError(message, line, sourceLine, undefined, true);
}

interface Key {
  word: Word;
  append: boolean;
  /** Where the value begins. */
  end: number;
}

/** [key]= or [key]+= before an element's value. */
function readKey(lexer: Lexer): Key | undefined {
  const { source } = lexer;
  let start = lexer.position;
  while ((classOf(source.charCodeAt(start)) & BLANK) !== 0) start++;
  if (source.charCodeAt(start) !== 91) return undefined;
  lexer.position = start + 1;
  const word = readSubscript(lexer);
  const append = source.charCodeAt(lexer.position) === 43;
  const equals = lexer.position + (append ? 1 : 0);
  if (source.charCodeAt(equals) === 61) {
    lexer.position = equals + 1;
    return { word, append, end: equals + 1 };
  }
  lexer.position = start;
  return undefined;
}

function readElement(lexer: Lexer, key: Key | undefined): ArrayElement {
  const { token } = lexer;
  if (key === undefined) return { value: takeWord(lexer) };
  const adjacent = token.start === key.end && token.kind === "word";
  const value = adjacent ? takeWord(lexer) : { parts: [], text: "", line: key.word.line };
  return { key: key.word, append: key.append, value };
}

function takeWord(lexer: Lexer): Word {
  const { word, kind } = lexer.token;
  if (word === undefined || kind !== "word") lexer.unexpected();
  lexer.take();
  return word;
}
