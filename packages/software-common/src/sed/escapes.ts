// The character escapes that sed itself knows: \a \f \n \r \t \v \cX \dNNN \oNNN \xHH.

const SIMPLE: Readonly<Record<string, string>> = { a: "\x07", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v" };
const NUMERIC = /d(\d{1,3})|o([0-7]{1,3})|x([0-9A-Fa-f]{1,2})/y;

/** The escape after a backslash at `at` (of the character after it): its character and length, or undefined. */
export function sedEscape(text: string, at: number): { char: string; length: number } | undefined {
  const name = text[at] ?? "";
  const simple = SIMPLE[name];
  if (simple !== undefined) return { char: simple, length: 1 };
  if (name === "c" && at + 1 < text.length) {
    const code = text[at + 1]!.toUpperCase().charCodeAt(0) ^ 0x40;
    return { char: String.fromCharCode(code & 0x7f), length: 2 };
  }
  NUMERIC.lastIndex = at;
  const match = NUMERIC.exec(text);
  if (match === null) return undefined;
  const [whole, decimal, octal, hex] = match;
  const code =
    decimal !== undefined ? Number(decimal) : Number.parseInt(octal ?? hex!, octal !== undefined ? 8 : 16);
  return { char: String.fromCharCode(code & 0xff), length: whole.length };
}

const REGEX_SPECIAL = /[\\^$.*[\]/]/;

/** A pattern with sed's escapes replaced; characters they make that are special stand for themselves. */
export function expandPattern(source: string): string {
  let out = "";
  for (let i = 0; i < source.length; i++) {
    if (source[i] !== "\\" || i + 1 >= source.length) {
      out += source[i];
      continue;
    }
    const escaped = sedEscape(source, i + 1);
    if (escaped === undefined) {
      out += source.slice(i, i + 2);
      i++;
      continue;
    }
    out += escaped.char !== "\n" && REGEX_SPECIAL.test(escaped.char) ? `\\${escaped.char}` : escaped.char;
    i += escaped.length;
  }
  return out;
}

/** Text of a, i, c: a backslash keeps the character after it, and escapes are replaced. */
export function expandText(source: string): string {
  let out = "";
  for (let i = 0; i < source.length; i++) {
    if (source[i] !== "\\") {
      out += source[i];
      continue;
    }
    const escaped = sedEscape(source, i + 1);
    if (escaped === undefined) out += source[++i] ?? "";
    else {
      out += escaped.char;
      i += escaped.length;
    }
  }
  return out;
}
