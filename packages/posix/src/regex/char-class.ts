// The named character classes of POSIX. ASCII is written out; the rest comes from Unicode's tables, which JavaScript
// knows, and is gathered when a class is first used.

import { type CharSet, charSet, normalize } from "./char-set.ts";

const ASCII: Readonly<Record<string, CharSet>> = {
  alpha: charSet(0x41, 0x5a, 0x61, 0x7a),
  digit: charSet(0x30, 0x39),
  alnum: charSet(0x30, 0x39, 0x41, 0x5a, 0x61, 0x7a),
  upper: charSet(0x41, 0x5a),
  lower: charSet(0x61, 0x7a),
  space: charSet(9, 13, 32, 32),
  blank: charSet(9, 9, 32, 32),
  punct: charSet(0x21, 0x2f, 0x3a, 0x40, 0x5b, 0x60, 0x7b, 0x7e),
  print: charSet(0x20, 0x7e),
  graph: charSet(0x21, 0x7e),
  cntrl: charSet(0, 31, 127, 127),
  xdigit: charSet(0x30, 0x39, 0x41, 0x46, 0x61, 0x66),
};

/** What each class adds beyond ASCII, as a character-class expression of JavaScript. */
const UNICODE: Readonly<Record<string, string>> = {
  alpha: "\\p{Alphabetic}\\p{Nd}",
  alnum: "\\p{Alphabetic}\\p{Nd}",
  upper: "\\p{Lu}\\p{Lt}",
  lower: "\\p{Ll}",
  space: "\\u1680\\u2000-\\u2006\\u2008-\\u200a\\u2028\\u2029\\u205f\\u3000",
  blank: "\\u1680\\u2000-\\u2006\\u2008-\\u200a\\u205f\\u3000",
  punct: "\\p{P}\\p{S}\\p{M}\\p{No}",
  print: "\\p{L}\\p{M}\\p{N}\\p{P}\\p{S}\\p{Zs}",
  graph: "\\p{L}\\p{M}\\p{N}\\p{P}\\p{S}",
  cntrl: "\\x80-\\x9f\\u2028\\u2029",
};

const cache = new Map<string, CharSet>();

/** The characters of class `name`; undefined when POSIX knows no such class. `ascii` leaves out all beyond U+007F. */
export function classSet(name: string, ascii: boolean): CharSet | undefined {
  const base = Object.hasOwn(ASCII, name) ? ASCII[name] : undefined;
  const beyond = UNICODE[name];
  if (base === undefined || ascii || beyond === undefined) return base;
  let set = cache.get(name);
  if (set === undefined) {
    set = normalize([...base, ...rangesMatching(new RegExp(`[${beyond}]+`, "gu"))]);
    cache.set(name, set);
  }
  return set;
}

/** Word characters: letters, digits and the underscore. */
export function wordSet(ascii: boolean): CharSet {
  return normalize([...classSet("alnum", ascii)!, 0x5f, 0x5f]);
}

const PLANES = 3;
const STEP = 0x4000;

function rangesMatching(matcher: RegExp): number[] {
  const out: number[] = [];
  for (let start = 0; start < PLANES * 0x10000; start += STEP) {
    if (start === 0xc000) scan(0xc000, 0xd800);
    const from = start === 0xc000 ? 0xe000 : start;
    scan(from, start + STEP);
  }
  return out;

  function scan(from: number, to: number): void {
    let text = "";
    for (let code = Math.max(from, 0x80); code < to; code++) text += String.fromCodePoint(code);
    for (const { 0: run, index } of text.matchAll(matcher)) {
      const low = text.codePointAt(index)!;
      out.push(low, low + [...run].length - 1);
    }
  }
}
