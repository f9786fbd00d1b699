import type { MaybePromise } from "@agentos/kernel/abi";
import { andThen } from "@agentos/kernel/abi";
import type { Pause, Regex, Spans } from "@agentos/posix";
import { eachMatch, type MatchStep } from "./matching.ts";

/** Pieces that are joined at once: a string made of millions of them takes up far more memory than its text. */
const PIECES = 1024;

interface Replaced {
  text: string;
  count: number;
}

/** sub and gsub: "&" stands for the match, "\\&" for an ampersand. */
export function replaceMatches(
  text: string,
  regex: Regex,
  replacement: string,
  global: boolean,
  pause: Pause | undefined,
): MaybePromise<Replaced> {
  const plain = !/[\\&]/.test(replacement);
  if (plain && global) {
    const all = regex.replaceAll(text, replacement);
    if (all !== undefined) return all;
  }
  const step = new Replacing(text, global ? 0 : 1, (spans) =>
    plain ? replacement : expand(replacement, text, spans, false),
  );
  return andThen(eachMatch(regex, text, step, pause), () => step.result());
}

/** gensub: groups too, and a choice of match. */
export function gensub(
  text: string,
  regex: Regex,
  replacement: string,
  how: string,
  pause: Pause | undefined,
): MaybePromise<string> {
  const nth = /^[gG]/.test(how) ? 0 : Math.max(1, Math.trunc(Number(how)) || 1);
  const step = new Replacing(text, nth, (spans) => expand(replacement, text, spans, true));
  return andThen(eachMatch(regex, text, step, pause), () => step.result().text);
}

/** Replaces match number `nth`, or all for 0. */
class Replacing implements MatchStep {
  from = 0;
  readonly #text: string;
  readonly #nth: number;
  readonly #replacementOf: (spans: Spans) => string;
  #out = "";
  #pieces: string[] = [];
  #done = 0;
  #seen = 0;
  #count = 0;
  #lastEnd = -1;

  constructor(text: string, nth: number, replacementOf: (spans: Spans) => string) {
    this.#text = text;
    this.#nth = nth;
    this.#replacementOf = replacementOf;
  }

  take(spans: Spans): boolean {
    const start = spans[0]!;
    const end = spans[1]!;
    this.from = end > start ? end : end + 1;
    if (start === end && start === this.#lastEnd) return true;
    this.#lastEnd = end;
    this.#seen++;
    if (this.#nth !== 0 && this.#seen !== this.#nth) return true;
    if (start > this.#done) this.#pieces.push(this.#text.slice(this.#done, start));
    this.#pieces.push(this.#replacementOf(spans));
    if (this.#pieces.length > PIECES) {
      this.#out += this.#pieces.join("");
      this.#pieces = [];
    }
    this.#done = end;
    this.#count++;
    return this.#nth === 0;
  }

  result(): Replaced {
    if (this.#count === 0) return { text: this.#text, count: 0 };
    return { text: this.#out + this.#pieces.join("") + this.#text.slice(this.#done), count: this.#count };
  }
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
