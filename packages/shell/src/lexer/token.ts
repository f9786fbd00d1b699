// What the lexer hands to the parser, one token at a time.

import type { Word } from "../ast.ts";

export type TokenKind =
  /** Not scanned yet. */
  | "none"
  | "word"
  /** A control or redirection operator; its text tells which. */
  | "operator"
  /** Digits directly before < or >. */
  | "io-number"
  /** {name} directly before < or >. */
  | "io-variable"
  | "newline"
  | "end";

/** How the next word is read: what counts as an assignment and where the word ends. */
export type WordMode =
  /** A command's first words: name=value, name=( … ), name[i]=value are assignments. */
  | "command"
  /** An argument of a declaration builtin: as "command", but aliases and reserved words do not matter. */
  | "declaration"
  | "argument"
  /** A word in [[ … ]]: extended patterns are always on. */
  | "condition"
  /** The word after =~: parentheses and | are part of it. */
  | "regex"
  /** An element of name=( … ): [key]=value is an element with a key. */
  | "element";

export interface Token {
  kind: TokenKind;
  text: string;
  word: Word | undefined;
  /** The whole word is one unquoted literal: it can be a reserved word, an alias, a function's name. */
  plain: boolean;
  start: number;
  end: number;
}

/** Whether a token is this word, with nothing in it quoted or to be expanded. */
export function isPlainWord(token: Token, text: string): boolean {
  return token.kind === "word" && token.plain && token.text === text;
}
