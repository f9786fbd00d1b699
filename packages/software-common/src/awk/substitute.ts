import type { Regex, Spans } from "@agentos/posix";

/** Pieces that are joined at once: a string made of millions of them takes up far more memory than its text. */
const PIECES = 1024;

/** sub and gsub: "&" stands for the match, "\\&" for an ampersand. */
export function replaceMatches(
  text: string,
  regex: Regex,
  replacement: string,
  global: boolean,
): { text: string; count: number } {
  const plain = !/[\\&]/.test(replacement);
  if (plain && global) {
    const all = regex.replaceAll(text, replacement);
    if (all !== undefined) return all;
  }
  return replaceEach(text, regex, global ? 0 : 1, (spans) =>
    plain ? replacement : expand(replacement, text, spans, false),
  );
}

/** gensub: groups too, and a choice of match. */
export function gensub(text: string, regex: Regex, replacement: string, how: string): string {
  const nth = /^[gG]/.test(how) ? 0 : Math.max(1, Math.trunc(Number(how)) || 1);
  return replaceEach(text, regex, nth, (spans) => expand(replacement, text, spans, true)).text;
}

/** Replaces match number `nth`, or all for 0. */
function replaceEach(
  text: string,
  regex: Regex,
  nth: number,
  replacementOf: (spans: Spans) => string,
): { text: string; count: number } {
  let out = "";
  let pieces: string[] = [];
  let done = 0;
  let seen = 0;
  let count = 0;
  let lastEnd = -1;
  for (let from = 0; from <= text.length; ) {
    const spans = regex.exec(text, from);
    if (spans === undefined) break;
    const start = spans[0]!;
    const end = spans[1]!;
    from = end > start ? end : end + 1;
    if (start === end && start === lastEnd) continue;
    lastEnd = end;
    seen++;
    if (nth !== 0 && seen !== nth) continue;
    if (start > done) pieces.push(text.slice(done, start));
    pieces.push(replacementOf(spans));
    if (pieces.length > PIECES) {
      out += pieces.join("");
      pieces = [];
    }
    done = end;
    count++;
    if (nth !== 0) break;
  }
  return { text: count === 0 ? text : out + pieces.join("") + text.slice(done), count };
}

function expand(replacement: string, text: string, spans: Spans, groups: boolean): string {
  let out = "";
  for (let i = 0; i < replacement.length; i++) {
    const char = replacement[i]!;
    if (char === "&") out += text.slice(spans[0], spans[1]);
    else if (char !== "\\") out += char;
    else {
      const next = replacement[i + 1];
      if (next === "&" || next === "\\") {
        out += next;
        i++;
      } else if (groups && next !== undefined && next >= "0" && next <= "9") {
        const at = Number(next) * 2;
        if ((spans[at] ?? -1) >= 0) out += text.slice(spans[at], spans[at + 1]);
        i++;
      } else out += char;
    }
  }
  return out;
}
