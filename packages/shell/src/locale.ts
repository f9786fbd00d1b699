// What counts as a character: a byte in the locales C and POSIX, otherwise a UTF-8 sequence. Source: POSIX XBD 8.2,
// bash(1).

import { decode, encode } from "@agentos/kernel/abi";
import type { Shell } from "./shell.ts";

/** The variables that determine it, in order of precedence. */
const CHARACTERS = ["LC_ALL", "LC_CTYPE", "LANG"];
const CATEGORIES = ["LC_CTYPE", "LC_COLLATE", "LC_MESSAGES", "LC_NUMERIC", "LC_TIME"];

const BYTES = /^(?:C|POSIX)$/;
const UTF8 = /^(?:C|POSIX|[a-z]{2,3}(?:_[A-Z]{2})?)\.(?:utf-?8|UTF-?8)(?:@\w+)?$/;

const isKnown = (name: string): boolean => name === "" || BYTES.test(name) || UTF8.test(name);

/** Reads the environment, warns about locales that do not exist, and follows later assignments. */
export function initialiseLocale(shell: Shell): void {
  const all = shell.vars.get("LC_ALL") ?? "";
  if (!isKnown(all)) {
    shell.report(`${shell.invokedAs}: warning: setlocale: LC_ALL: cannot change locale (${all})\n`);
  } else if (all === "") {
    for (const name of CATEGORIES) if (!isKnown(shell.vars.get(name) ?? "")) complain(shell, name, "");
  }
  shell.bytewise = isBytewise(shell) ?? true;
  followLocale(shell);
}

export function followLocale(shell: Shell): void {
  for (const name of new Set([...CHARACTERS, ...CATEGORIES])) {
    shell.vars.changed.set(name, (value) => {
      if (shell.keepsLocale) return;
      const overridden = name !== "LC_ALL" && shell.vars.get("LC_ALL");
      if (value !== undefined && name !== "LANG" && !overridden && !isKnown(value))
        complain(shell, name, value);
      shell.bytewise = isBytewise(shell) ?? shell.bytewise;
    });
  }
}

function complain(shell: Shell, name: string, value: string): void {
  shell.complain(`warning: setlocale: ${name}: cannot change locale (${value}): No such file or directory`);
}

/** undefined if the variables name a locale that does not exist. */
function isBytewise(shell: Shell): boolean | undefined {
  const locale = CHARACTERS.map((name) => shell.vars.get(name)).find((value) => value) ?? "C";
  if (BYTES.test(locale)) return true;
  return UTF8.test(locale) ? false : undefined;
}

const PLAIN = /^[\x00-\x7f]*$/;

/** The text with each byte of its non-ASCII characters as a character. */
export function splitBytes(text: string): string {
  if (PLAIN.test(text)) return text;
  let split = "";
  for (const byte of encode(text)) split += String.fromCharCode(byte < 0x80 ? byte : 0xdc00 + byte);
  return split;
}

/** Joins bytes to the UTF-8 characters that they form. */
export function joinBytes(text: string): string {
  return text.isWellFormed() ? text : decode(encode(text));
}
