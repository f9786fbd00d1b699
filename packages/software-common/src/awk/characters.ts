// Characters in strings that hold UTF-8 bytes as latin1. For plain ASCII, the usual case, this costs one test.

import { latin1ToOsString, osStringToLatin1 } from "@agentos/kernel/program";

const BEYOND_ASCII = /[\x80-\xff]/;

export class Characters {
  readonly utf8: boolean;

  constructor(utf8: boolean) {
    this.utf8 = utf8;
  }

  #single(text: string): boolean {
    return !this.utf8 || !BEYOND_ASCII.test(text);
  }

  length(text: string): number {
    return this.#single(text) ? text.length : [...latin1ToOsString(text)].length;
  }

  /** As substr() of awk: `start` is 1-based and may lie outside of the text. */
  substr(text: string, start: number, length: number): string {
    // POSIX rounds first: the characters from round(start) up to, but not including, round(start + length).
    const from = round(start);
    const to = length === Infinity ? Infinity : from + round(length);
    if (Number.isNaN(from) || Number.isNaN(to)) return "";
    const begin = Math.max(from, 1) - 1;
    const end = Math.max(to - 1, begin);
    if (this.#single(text)) return text.slice(begin, end);
    return osStringToLatin1([...latin1ToOsString(text)].slice(begin, end).join(""));
  }

  /** A byte offset as the number of characters before it. */
  offset(text: string, at: number): number {
    return this.#single(text) ? at : this.length(text.slice(0, at));
  }

  /** Each character on its own. */
  split(text: string): string[] {
    return this.#single(text) ? text.split("") : [...latin1ToOsString(text)].map(osStringToLatin1);
  }

  upper(text: string): string {
    return this.#single(text) ? asciiUpper(text) : mapCase(text, (char) => char.toUpperCase());
  }

  lower(text: string): string {
    return this.#single(text) ? asciiLower(text) : mapCase(text, (char) => char.toLowerCase());
  }

  /** printf's %c of a number. */
  char(code: number): string {
    if (!this.utf8 || code < 0x80) return String.fromCharCode(code & 0xff);
    return code <= 0x10ffff ? osStringToLatin1(String.fromCodePoint(code)) : String.fromCharCode(code & 0xff);
  }

  first(text: string): string {
    return this.#single(text)
      ? text.slice(0, 1)
      : osStringToLatin1(String.fromCodePoint(latin1ToOsString(text).codePointAt(0)!));
  }
}

/** Maps case character by character, as towupper(3): "ß" stays. */
function mapCase(text: string, map: (char: string) => string): string {
  let out = "";
  for (const char of latin1ToOsString(text)) {
    const mapped = map(char);
    out += [...mapped].length === 1 ? mapped : char;
  }
  return osStringToLatin1(out);
}

function asciiUpper(text: string): string {
  return BEYOND_ASCII.test(text)
    ? text.replaceAll(/[a-z]+/g, (run) => run.toUpperCase())
    : text.toUpperCase();
}

function asciiLower(text: string): string {
  return BEYOND_ASCII.test(text)
    ? text.replaceAll(/[A-Z]+/g, (run) => run.toLowerCase())
    : text.toLowerCase();
}

/** To the nearest integer; halves to the even one. */
function round(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
