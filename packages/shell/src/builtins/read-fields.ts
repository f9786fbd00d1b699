// How `read` splits its line among the names. @see POSIX.1-2024 XCU read

import type { Ifs } from "../ifs.ts";

/** A line, with the offsets of those characters that a backslash keeps from being separators. */
export interface ReadText {
  text: string;
  escaped: ReadonlySet<number> | undefined;
}

function isWhite(ifs: Ifs, { text, escaped }: ReadText, at: number): boolean {
  return at < text.length && !escaped?.has(at) && ifs.isWhite(text[at]!);
}

function isOther(ifs: Ifs, { text, escaped }: ReadText, at: number): boolean {
  return at < text.length && !escaped?.has(at) && ifs.isOther(text[at]!);
}

/** The field that begins at `at`, and where the next one begins, after the separator. */
export function takeField(ifs: Ifs, line: ReadText, at: number): { value: string; next: number } {
  let end = at;
  while (end < line.text.length && !isWhite(ifs, line, end) && !isOther(ifs, line, end)) end++;
  let next = end;
  while (isWhite(ifs, line, next)) next++;
  if (isOther(ifs, line, next)) {
    next++;
    while (isWhite(ifs, line, next)) next++;
  }
  return { value: line.text.slice(at, end), next };
}

/** All of the rest, without trailing white space. A single separator after a single field is dropped too. */
export function lastField(ifs: Ifs, line: ReadText, at: number): string {
  const { value, next } = takeField(ifs, line, at);
  if (next >= line.text.length) return value;
  let end = line.text.length;
  while (end > at && isWhite(ifs, line, end - 1)) end--;
  return line.text.slice(at, end);
}

/** All fields, for read -a. */
export function splitAll(ifs: Ifs, line: ReadText): string[] {
  const fields: string[] = [];
  let at = 0;
  while (isWhite(ifs, line, at)) at++;
  while (at < line.text.length) {
    const { value, next } = takeField(ifs, line, at);
    fields.push(value);
    at = next;
  }
  return fields;
}
