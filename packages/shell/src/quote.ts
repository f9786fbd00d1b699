// Quotes values so that the shell reads them back: for ${x@Q}, `set`, `declare -p`, `trap -p`, `alias`, xtrace.

const CONTROL = /[\x00-\x1f\x7f\udc80-\udcff]/;
const PLAIN = /^[\w%+,./:=@^-]+$/u;
const ESCAPES: Readonly<Record<string, string>> = {
  "\x07": "\\a",
  "\b": "\\b",
  "\t": "\\t",
  "\n": "\\n",
  "\v": "\\v",
  "\f": "\\f",
  "\r": "\\r",
  "\x1b": "\\E",
  "\\": "\\\\",
  "'": "\\'",
};

/** $'…' */
export function quoteAnsiC(text: string): string {
  let out = "$'";
  for (const char of text) {
    const code = char.codePointAt(0)!;
    const known = ESCAPES[char];
    if (known) out += known;
    else if (code >= 0xdc80 && code <= 0xdcff) out += `\\${(code - 0xdc00).toString(8)}`;
    else if (code < 32 || code === 127) out += `\\${code.toString(8).padStart(3, "0")}`;
    else out += char;
  }
  return `${out}'`;
}

/** '…', or $'…' where there are control characters: what ${x@Q} gives. */
export function quoteSingle(text: string): string {
  if (CONTROL.test(text)) return quoteAnsiC(text);
  if (text === "'") return "\\'";
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** '…' whatever is in it. */
export function quotePlain(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** As it is if it needs no quotes, else as quoteSingle: `set` and xtrace. */
export function quoteIfNeeded(text: string): string {
  if (text === "") return "''";
  if (CONTROL.test(text)) return quoteAnsiC(text);
  return needsQuotes(text) ? quoteSingle(text) : text;
}

/** As xtrace shows a word: only what has no shell metacharacter may show as $'…'. */
export function quoteTraced(text: string): string {
  if (text === "") return "''";
  if (text === "'") return "\\'";
  if (needsQuotes(text)) return quotePlain(text);
  return CONTROL.test(text) ? quoteAnsiC(text) : text;
}

function needsQuotes(text: string): boolean {
  if (PLAIN.test(text)) return false;
  return /[\s"'\\|&;()<>$`*?[\]{}!]|^[#~]|[=:]~/.test(text) || text === "^";
}

/** "…", or $'…' where there are control characters: `declare -p`. */
export function quoteDouble(text: string): string {
  if (CONTROL.test(text)) return quoteAnsiC(text);
  return `"${text.replace(/[$`"\\]/g, "\\$&")}"`;
}
