import type { Cursor } from "./cursor.ts";

const SIMPLE: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11 };

/** The character that a backslash sequence of awk stands for. Source: gawk manual, "Escape Sequences". */
export function parseAwkEscape(cursor: Cursor): number {
  cursor.advance();
  const char = cursor.peek();
  if (char === "") return 0x5c;
  const simple = SIMPLE[char];
  if (simple !== undefined) {
    cursor.advance();
    return simple;
  }
  const digits = (char === "x" ? /^x([0-9A-Fa-f]{1,2})/ : /^([0-7]{1,3})/).exec(
    cursor.source.slice(cursor.offset, cursor.offset + 3),
  );
  if (digits === null) return cursor.next();
  cursor.advance(digits[0].length);
  const value = Number.parseInt(digits[1]!, char === "x" ? 16 : 8) & 0xff;
  return value;
}
