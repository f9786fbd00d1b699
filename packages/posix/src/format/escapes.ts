// Backslash escapes of printf(1), echo -e and $'…', and the bytes they make.

/** A byte as an OS string: itself if ASCII, else the escape for a byte that is no character. */
export function byteChar(byte: number): string {
  return String.fromCharCode(byte < 0x80 ? byte : 0xdc00 + byte);
}

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
};

export interface EscapeOptions {
  /**
   * "format": the format of printf (\nnn octal); "argument": %b and echo -e (\0nnn octal, \c ends); "ansi": $'…'
   * (\cx control characters).
   */
  style: "format" | "argument" | "echo" | "ansi";
}

export interface Unescaped {
  text: string;
  /** \c was met: all output ends here. */
  stop: boolean;
}

/** Replaces escapes; unknown ones stay. The result is a proper OS string: bytes that form characters are joined. */
export function expandEscapes(source: string, { style }: EscapeOptions): Unescaped {
  if (!source.includes("\\")) return { text: source, stop: false };
  let text = "";
  let from = 0;
  for (let at = source.indexOf("\\"); at >= 0; at = source.indexOf("\\", from)) {
    text += source.slice(from, at);
    if (source[at + 1] === "c" && (style === "argument" || style === "echo"))
      return { text: joinBytes(text), stop: true };
    const { value, length } = readEscape(source, at, style);
    text += value;
    from = at + length;
  }
  return { text: joinBytes(text + source.slice(from)), stop: false };
}

/** The escape at `at`, where a backslash stands: what it means and its length. */
export function readEscape(
  source: string,
  at: number,
  style: EscapeOptions["style"],
): { value: string; length: number } {
  const next = source[at + 1];
  if (next === undefined) return { value: "\\", length: 1 };
  const simple = SIMPLE[next];
  if (simple !== undefined) return { value: simple, length: 2 };
  if ((next === "'" || next === "?") && style === "ansi") return { value: next, length: 2 };
  if (next === '"' && style !== "echo") return { value: next, length: 2 };
  if (next === "c" && style === "ansi") return controlChar(source, at);
  const digits = digitsAt(source, at + 1, style);
  return digits ?? { value: `\\${next}`, length: 2 };
}

function controlChar(source: string, at: number): { value: string; length: number } {
  const code = source.charCodeAt(at + 2);
  if (Number.isNaN(code)) return { value: "\\c", length: 2 };
  const length = source.startsWith("\\\\", at + 2) ? 4 : 3;
  return { value: code === 0x3f ? "\x7f" : String.fromCharCode(code & 0x1f), length };
}

/** A code point; one that Unicode does not have as the bytes UTF-8 would give it. */
function character(code: number): string {
  if (code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)) return String.fromCodePoint(code);
  const length = code < 0x10000 ? 3 : code < 0x200000 ? 4 : code < 0x4000000 ? 5 : 6;
  const mark = (0xff00 >> length) & 0xff;
  let bytes = byteChar(mark | ((code / 2 ** (6 * (length - 1))) & (0x7f >> length)));
  for (let i = length - 2; i >= 0; i--) bytes += byteChar(0x80 + (Math.floor(code / 2 ** (6 * i)) & 0x3f));
  return bytes;
}

const HEX = /x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})/y;
const OCTAL = /([0-7]{1,3})/y;
const OCTAL_ZERO = /0([0-7]{0,3})|([0-7]{1,3})/y;
const OCTAL_ECHO = /0([0-7]{0,3})/y;

function digitsAt(
  source: string,
  at: number,
  style: EscapeOptions["style"],
): { value: string; length: number } | undefined {
  HEX.lastIndex = at;
  const hex = HEX.exec(source);
  if (hex !== null) {
    const code = Number.parseInt(hex[1] ?? hex[2] ?? hex[3]!, 16);
    return { value: hex[1] === undefined ? character(code) : byteChar(code), length: 1 + hex[0].length };
  }
  const octal = style === "argument" ? OCTAL_ZERO : style === "echo" ? OCTAL_ECHO : OCTAL;
  octal.lastIndex = at;
  const match = octal.exec(source);
  if (match === null) return undefined;
  const digits = match[1] ?? match[2] ?? "";
  return { value: byteChar(Number.parseInt(digits || "0", 8) & 0xff), length: 1 + match[0].length };
}

/** Joins escaped bytes that together are UTF-8 characters into those characters. */
export function joinBytes(text: string): string {
  if (!/[\udc80-\udcff]/.test(text)) return text;
  return text.replaceAll(/[\udcc2-\udcf4][\udc80-\udcbf]{1,3}/g, (run) => {
    const first = run.charCodeAt(0) - 0xdc00;
    const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (run.length < length) return run;
    let encoded = "";
    for (let i = 0; i < length; i++) encoded += `%${(run.charCodeAt(i) - 0xdc00).toString(16)}`;
    try {
      return decodeURIComponent(encoded) + run.slice(length);
    } catch {
      return run;
    }
  });
}
