// The escapes of $'…'. @see bash(1) QUOTING

import { decode, encode } from "@agentos/kernel/abi";

const SIMPLE: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  e: "\x1b",
  E: "\x1b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
  "'": "'",
  '"': '"',
  "?": "?",
};

const ESCAPE =
  /\\(?:([abeEfnrtv\\'"?])|([0-7]{1,3})|x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|c(\\\\|[\s\S]))/g;

/** The text that $'text' stands for; a NUL ends it. Bytes from \x and octal escapes join into characters. */
export function unescapeAnsiC(text: string): string {
  if (!text.includes("\\")) return text;
  let raw = false;
  const result = text.replace(ESCAPE, (_, simple, octal, hex, short, long, control) => {
    if (simple !== undefined) return SIMPLE[simple]!;
    if (control !== undefined) return control === "?" ? "\x7f" : controlCharacter(control.codePointAt(0)!);
    if (short !== undefined || long !== undefined) return character(Number.parseInt(short ?? long, 16));
    const byte = octal !== undefined ? Number.parseInt(octal, 8) & 0xff : Number.parseInt(hex, 16);
    if (byte < 0x80) return String.fromCharCode(byte);
    raw = true;
    return String.fromCharCode(0xdc00 + byte);
  });
  const end = result.indexOf("\0");
  const cut = end === -1 ? result : result.slice(0, end);
  return raw ? decode(encode(cut)) : cut;
}

function controlCharacter(code: number): string {
  return String.fromCharCode(code & 0x1f);
}

/** A code point; one that Unicode does not have as the bytes UTF-8 would give it. */
function character(code: number): string {
  if (code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)) return String.fromCodePoint(code);
  const length = code < 0x10000 ? 3 : code < 0x200000 ? 4 : code < 0x4000000 ? 5 : 6;
  const mark = (0xff00 >> length) & 0xff;
  let bytes = String.fromCharCode(0xdc00 + (mark | ((code / 2 ** (6 * (length - 1))) & (0x7f >> length))));
  for (let i = length - 2; i >= 0; i--) {
    bytes += String.fromCharCode(0xdc80 + (Math.floor(code / 2 ** (6 * i)) & 0x3f));
  }
  return bytes;
}
