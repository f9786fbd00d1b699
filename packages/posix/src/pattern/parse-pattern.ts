// Shell patterns. Source: POSIX.1-2024 XCU 2.14; bash manual, "Pattern Matching". A backslash quotes the next
// character, also in bracket expressions. Whatever is malformed stands for itself.

import { classSet } from "../regex/char-class.ts";
import { type CharSet, complement, difference, foldCase, union } from "../regex/char-set.ts";
import { Cursor } from "../regex/cursor.ts";
import type { PatternItem, PatternOptions } from "./pattern-ast.ts";

const MAX_DEPTH = 100;
const ESCAPED_BYTES: CharSet = [0xdc80, 0xdcff];
const SLASH = 0x2f;

export function parsePattern(source: string, options: PatternOptions): PatternItem[] {
  return parseItems(new Cursor(source), options, 0);
}

/** Items up to the end, or, inside of a group, up to its "|" or ")". */
function parseItems(cursor: Cursor, options: PatternOptions, depth: number): PatternItem[] {
  const items: PatternItem[] = [];
  while (!cursor.done && !(depth > 0 && (cursor.startsWith("|") || cursor.startsWith(")")))) {
    const item = parseItem(cursor, options, depth);
    if (item.type !== "star" || items.at(-1)?.type !== "star") items.push(item);
  }
  return items;
}

function parseItem(cursor: Cursor, options: PatternOptions, depth: number): PatternItem {
  const group = options.extglob && depth < MAX_DEPTH ? parseGroup(cursor, options, depth) : undefined;
  if (group !== undefined) return group;
  const code = cursor.next();
  switch (code) {
    case 0x2a:
      return { type: "star" };
    case 0x3f:
      return { type: "any" };
    case 0x5b: {
      const start = cursor.offset;
      const set = parseBracket(cursor, options);
      if (set !== undefined) return { type: "set", set };
      cursor.offset = start;
      return { type: "char", code };
    }
    case 0x5c:
      return char(cursor.done ? code : cursor.next(), options);
    default:
      return char(code, options);
  }
}

function char(code: number, options: PatternOptions): PatternItem {
  const folded = options.nocase ? foldCase([code, code]) : [];
  return folded.length > 2 ? { type: "set", set: folded } : { type: "char", code };
}

function parseGroup(cursor: Cursor, options: PatternOptions, depth: number): PatternItem | undefined {
  const operator = cursor.peek();
  if (cursor.peek(1) !== "(" || !/^[?*+@!]/.test(operator)) return undefined;
  const start = cursor.offset;
  cursor.advance(2);
  const alternatives = [parseItems(cursor, options, depth + 1)];
  while (cursor.take("|")) alternatives.push(parseItems(cursor, options, depth + 1));
  if (!cursor.take(")")) {
    cursor.offset = start;
    return undefined;
  }
  return { type: "group", operator: operator as "?" | "*" | "+" | "@" | "!", alternatives };
}

/** What follows "["; undefined when the bracket is not closed. */
function parseBracket(cursor: Cursor, options: PatternOptions): CharSet | undefined {
  const negated = cursor.take("!") || cursor.take("^");
  const parts: CharSet[] = [];
  for (let first = true; first || !cursor.take("]"); first = false) {
    if (cursor.done || (options.pathname && cursor.startsWith("/"))) return undefined;
    const part = parseMember(cursor);
    if (part === undefined) return undefined;
    parts.push(part);
  }
  let set = union(...parts);
  if (options.nocase) set = foldCase(set);
  if (negated) set = union(complement(set), ESCAPED_BYTES);
  return options.pathname ? difference(set, [SLASH, SLASH]) : set;
}

function parseMember(cursor: Cursor): CharSet | undefined {
  if (cursor.startsWith("[:")) {
    const start = cursor.offset;
    cursor.advance(2);
    const name = cursor.takeUntil(":]");
    if (name !== undefined && /^\w*$/.test(name)) return classSet(name, false) ?? [];
    cursor.offset = start;
  }
  const low = parseEndpoint(cursor);
  if (low === undefined) return undefined;
  if (!cursor.startsWith("-") || cursor.peek(1) === "]" || cursor.peek(1) === "") return [low, low];
  cursor.advance();
  const high = parseEndpoint(cursor);
  if (high === undefined) return undefined;
  return high < low ? [] : [low, high];
}

function parseEndpoint(cursor: Cursor): number | undefined {
  for (const mark of [".", "="]) {
    if (!cursor.startsWith(`[${mark}`)) continue;
    const start = cursor.offset;
    cursor.advance(2);
    const element = cursor.takeUntil(`${mark}]`);
    if (element !== undefined && [...element].length === 1) return element.codePointAt(0);
    cursor.offset = start;
  }
  if (cursor.take("\\") && cursor.done) return undefined;
  return cursor.next();
}
