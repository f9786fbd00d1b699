// Cuts a key's text out of a line, as GNU sort's begfield() and limfield() do.

import type { Key } from "./key-spec.ts";

const isBlank = (code: number): boolean => code === 32 || code === 9 || code === 10;

function skipBlanks(line: string, at: number): number {
  while (at < line.length && isBlank(line.charCodeAt(at))) at++;
  return at;
}

function skipField(line: string, at: number): number {
  at = skipBlanks(line, at);
  while (at < line.length && !isBlank(line.charCodeAt(at))) at++;
  return at;
}

function keyStart(line: string, key: Key, separator: string | undefined): number {
  let at = 0;
  for (let field = key.startField ?? 0; field > 0 && at < line.length; field--) {
    if (separator === undefined) at = skipField(line, at);
    else {
      const found = line.indexOf(separator, at);
      at = found < 0 ? line.length : found + 1;
    }
  }
  if (key.skipStart) at = skipBlanks(line, at);
  return Math.min(line.length, at + key.startChar);
}

function keyEnd(line: string, key: Key, separator: string | undefined): number {
  if (key.endField === undefined) return line.length;
  let at = 0;
  let fields = key.endField + (key.endChar === 0 ? 1 : 0);
  while (at < line.length && fields-- > 0) {
    if (separator === undefined) at = skipField(line, at);
    else {
      const found = line.indexOf(separator, at);
      if (found < 0) at = line.length;
      else at = fields > 0 || key.endChar > 0 ? found + 1 : found;
    }
  }
  if (key.endChar === 0) return at;
  if (key.skipEnd) at = skipBlanks(line, at);
  return Math.min(line.length, at + key.endChar);
}

/** The function that cuts the key's text out of a line; undefined where it is the whole line. */
export function keyTextOf(key: Key, separator: string | undefined): ((line: string) => string) | undefined {
  const whole = (key.startField ?? 0) === 0 && key.startChar === 0 && key.endField === undefined;
  if (whole && !key.skipStart) return undefined;
  return (line) => {
    const start = keyStart(line, key, separator);
    const end = keyEnd(line, key, separator);
    return end > start ? line.slice(start, end) : "";
  };
}

const NOT_DICTIONARY = /[^A-Za-z0-9 \t]+/g;
const NOT_PRINTABLE = /[^ -~]+/g;

/** The text with what -d, -i and -f ignore taken away. */
export function foldText(text: string, key: Key): string {
  if (key.dictionary) text = text.replace(NOT_DICTIONARY, "");
  else if (key.printable) text = text.replace(NOT_PRINTABLE, "");
  return key.fold ? upperAscii(text) : text;
}

function upperAscii(text: string): string {
  return text.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
}
