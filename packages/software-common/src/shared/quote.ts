// Names in messages, as gnulib's quotearg writes them.

import { encode } from "@agentos/kernel/abi";
import { type Proc, quoteName } from "@agentos/kernel/program";
import { namesUtf8Locale } from "./locale.ts";

const ESCAPES: Readonly<Record<string, string>> = {
  "\x07": "\\a",
  "\b": "\\b",
  "\t": "\\t",
  "\n": "\\n",
  "\v": "\\v",
  "\f": "\\f",
  "\r": "\\r",
};

const UNPRINTABLE = /[\x00-\x1f\x7f-\x9f\ud800-\udfff]/;

function octal(char: string): string {
  let out = "";
  for (const byte of encode(char)) out += `\\${byte.toString(8).padStart(3, "0")}`;
  return out;
}

const escapeChar = (char: string): string => ESCAPES[char] ?? octal(char);

/** quote(): a value in the locale's quotation marks, with escapes for what does not print. */
export function quote(proc: Proc, text: string): string {
  const [open, close] = namesUtf8Locale(proc) ? ["\u2018", "\u2019"] : ["'", "'"];
  let body = "";
  for (const char of text) {
    if (char === close || char === "\\") body += `\\${char}`;
    else body += UNPRINTABLE.test(char) && !isPair(char) ? escapeChar(char) : char;
  }
  return open + body + close;
}

const isPair = (char: string): boolean => char.length === 2;

const SHELL_SPECIAL = /[\s!"#$&'()*;<=>?[\\`|\x00-\x1f\x7f-\x9f\ud800-\udfff]|^[~#{}]|^$/;

/** quotef(): a file name as it is, or quoted as a shell would need it. */
export function shownName(name: string): string {
  return SHELL_SPECIAL.test(name) ? quoteName(name) : name;
}
