// Bracket expressions. Source: POSIX.1-2024 XBD 9.3.5.

import { classSet } from "./char-class.ts";
import { type CharSet, complement, foldCase, normalize, union } from "./char-set.ts";
import type { Cursor } from "./cursor.ts";
import { RegexError } from "./regex-error.ts";

export interface BracketOptions {
  icase: boolean;
  ascii: boolean;
  /** A backslash escapes (awk, Perl) instead of standing for itself. */
  escape?: (cursor: Cursor) => number | CharSet;
  excludeNewline: boolean;
}

/** Parses what follows "[" up to and with the closing "]". */
export function parseBracket(cursor: Cursor, options: BracketOptions): CharSet {
  const negated = cursor.take("^");
  const parts: CharSet[] = [];
  for (let first = true; first || !cursor.take("]"); first = false) {
    if (cursor.done) throw new RegexError("REG_EBRACK", cursor.offset);
    parts.push(parseItem(cursor, options));
  }
  let set = union(...parts);
  if (options.icase) set = foldCase(set);
  if (!negated) return set;
  return complement(options.excludeNewline ? union(set, [10, 10]) : set);
}

function parseItem(cursor: Cursor, options: BracketOptions): CharSet {
  const low = parseEndpoint(cursor, options);
  if (typeof low !== "number") return low;
  if (!cursor.startsWith("-") || cursor.peek(1) === "]" || cursor.peek(1) === "") return [low, low];
  cursor.advance();
  const high = parseEndpoint(cursor, options);
  if (typeof high !== "number") throw new RegexError("REG_ERANGE", cursor.offset);
  if (high < low) throw new RegexError("REG_ERANGE", cursor.offset);
  return normalize([low, high]);
}

function parseEndpoint(cursor: Cursor, options: BracketOptions): number | CharSet {
  if (cursor.take("[:")) {
    const set = classSet(closing(cursor, ":]"), options.ascii);
    if (set === undefined) throw new RegexError("REG_ECTYPE", cursor.offset);
    return set;
  }
  if (cursor.take("[=")) return collatingElement(closing(cursor, "=]"), cursor);
  if (cursor.take("[.")) return collatingElement(closing(cursor, ".]"), cursor);
  if (options.escape !== undefined && cursor.startsWith("\\")) return options.escape(cursor);
  return cursor.next();
}

function closing(cursor: Cursor, end: string): string {
  const text = cursor.takeUntil(end);
  if (text === undefined) throw new RegexError("REG_EBRACK", cursor.offset);
  return text;
}

/** Names of POSIX's portable character set that are used in practice. */
const NAMES: Readonly<Record<string, string>> = {
  space: " ",
  hyphen: "-",
  "hyphen-minus": "-",
  period: ".",
  slash: "/",
  tab: "\t",
  newline: "\n",
  "left-square-bracket": "[",
  "right-square-bracket": "]",
  circumflex: "^",
};

function collatingElement(text: string, cursor: Cursor): number {
  const char = NAMES[text] ?? text;
  const code = char.codePointAt(0);
  if (code === undefined || String.fromCodePoint(code) !== char) {
    throw new RegexError("REG_ECOLLATE", cursor.offset);
  }
  return code;
}
