const NAMED: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "\x07": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
};

/** Text as the l command shows it: escapes for what is not printable, lines folded to `width` columns (0, 1: not). */
export function unambiguous(text: string, width: number): string {
  let out = "";
  let column = 0;
  for (const char of text) {
    const code = char.charCodeAt(0);
    const shown = NAMED[char] ?? (code < 32 || code > 126 ? `\\${code.toString(8).padStart(3, "0")}` : char);
    if (width > 1 && column + shown.length > width - 1) {
      out += "\\\n";
      column = 0;
    }
    out += shown;
    column += shown.length;
  }
  return `${out}$`;
}
