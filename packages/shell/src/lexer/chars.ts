// Character classes of the shell's grammar, as flags in a table: the lexer's inner loops test one byte.

export const BLANK = 1;
/** Ends a word: blank, newline, operator characters. */
export const META = 2;
/** Begins a quoting or an expansion. */
export const QUOTE = 4;
export const NAME_START = 8;
export const DIGIT = 16;
/** One-character parameters: $@ $* $# $? $- $$ $! */
export const SPECIAL_PARAMETER = 32;
/** Stops a run of literal text within double quotes. */
export const DOUBLE = 64;

const table = new Uint8Array(128);
for (const char of " \t") table[char.charCodeAt(0)]! |= BLANK | META;
for (const char of "\n;&|<>()") table[char.charCodeAt(0)]! |= META;
for (const char of "\\'\"`$") table[char.charCodeAt(0)]! |= QUOTE;
for (const char of '\\"`$') table[char.charCodeAt(0)]! |= DOUBLE;
for (const char of "@*#?-$!") table[char.charCodeAt(0)]! |= SPECIAL_PARAMETER;
for (let code = 48; code <= 57; code++) table[code]! |= DIGIT;
for (let code = 65; code <= 90; code++) table[code]! |= NAME_START;
for (let code = 97; code <= 122; code++) table[code]! |= NAME_START;
table[95]! |= NAME_START;

/** Where the text continues, if at this offset a backslash joins the line to the next. */
export function pastContinued(source: string, offset: number): number {
  let at = offset;
  while (source.charCodeAt(at) === 92 && source.charCodeAt(at + 1) === 10) at += 2;
  return at;
}

/** Unquoted text with its continued lines joined. */
export function joined(text: string): string {
  return text.includes("\\\n") ? text.replaceAll("\\\n", "") : text;
}

/** Where the name ends that `start` is in. */
export function nameEnd(source: string, start: number): number {
  let end = start;
  for (let next = end; isNamePart(source.charCodeAt(next)); next = pastContinued(source, end)) end = next + 1;
  return end;
}

/** The flags of a character code; 0 for everything outside ASCII and for NaN (past the end). */
export function classOf(code: number): number {
  return code < 128 ? table[code]! : 0;
}

export function isNamePart(code: number): boolean {
  return (classOf(code) & (NAME_START | DIGIT)) !== 0;
}
