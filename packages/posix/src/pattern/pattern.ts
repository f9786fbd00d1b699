import { choice, EMPTY, type RegexNode, sequence } from "../regex/ast.ts";
import { ANY, type CharSet, contains, union } from "../regex/char-set.ts";
import { Regex } from "../regex/regex.ts";
import { parsePattern } from "./parse-pattern.ts";
import type { PatternItem, PatternOptions } from "./pattern-ast.ts";
import { Reach } from "./reach.ts";
import { finish, type Slices } from "./slices.ts";

const ANYTHING: CharSet = union(ANY, [0xdc80, 0xdcff]);

const STEPS_PER_SLICE = 1 << 18;

/**
 * A compiled shell pattern. Texts are OS strings. Time is bounded by the lengths of pattern × text (× text with
 * `!(…)`); what may take long is done in slices.
 */
export class Pattern {
  readonly source: string;
  /** Set when the pattern has no special characters: the one string it matches. */
  readonly literal: string | undefined;
  readonly #items: PatternItem[];
  readonly #options: PatternOptions;
  readonly #plain: boolean;
  /** Set for patterns of the form "*literal" and "literal*", which are the most frequent in parameter expansions. */
  readonly #afterStar: string | undefined;
  readonly #beforeStar: string | undefined;
  #finder: Regex | undefined;

  constructor(source: string, options: PatternOptions) {
    this.source = source;
    this.#options = options;
    const items = parsePattern(source, options);
    this.#items = items;
    this.literal = literalOf(items);
    this.#plain = !items.some((item) => item.type === "group") && !options.pathname && !options.period;
    if (this.#plain) {
      this.#afterStar = items[0]?.type === "star" ? literalOf(items.slice(1)) : undefined;
      this.#beforeStar = items.at(-1)?.type === "star" ? literalOf(items.slice(0, -1)) : undefined;
    }
  }

  /** Whether the whole text matches. */
  matches(text: string): boolean {
    return this.#matchesAtOnce(text) ?? finish(this.matchesInSlices(text));
  }

  *matchesInSlices(text: string): Slices<boolean> {
    const quick = this.#matchesAtOnce(text);
    if (quick !== undefined) return quick;
    if (this.#plain) return yield* matchPlain(this.#items, text);
    return (yield* this.#reach(text, true).from(this.#items, 0))[text.length] === 1;
  }

  #matchesAtOnce(text: string): boolean | undefined {
    if (this.literal !== undefined) return text === this.literal;
    if (this.#afterStar !== undefined) return text.endsWith(this.#afterStar);
    if (this.#beforeStar !== undefined) return text.startsWith(this.#beforeStar);
    return undefined;
  }

  /** The end of the longest beginning that matches (`${x##…}`); undefined without one. */
  *longestPrefix(text: string): Slices<number | undefined> {
    if (this.#afterStar) return found(text.lastIndexOf(this.#afterStar), this.#afterStar.length);
    return yield* this.longestAt(text, 0);
  }

  /** The end of the shortest beginning that matches (`${x#…}`). */
  *shortestPrefix(text: string): Slices<number | undefined> {
    if (this.literal !== undefined) return yield* this.longestAt(text, 0);
    if (this.#afterStar) return found(text.indexOf(this.#afterStar), this.#afterStar.length);
    return found((yield* this.#reach(text, true).from(this.#items, 0)).indexOf(1));
  }

  /** Where the longest ending that matches begins (`${x%%…}`). */
  *longestSuffix(text: string): Slices<number | undefined> {
    if (this.#beforeStar) return found(text.indexOf(this.#beforeStar));
    return found((yield* this.#suffixes(text)).indexOf(1));
  }

  /** Where the shortest ending that matches begins (`${x%…}`). */
  *shortestSuffix(text: string): Slices<number | undefined> {
    if (this.#beforeStar) return found(text.lastIndexOf(this.#beforeStar));
    return found((yield* this.#suffixes(text)).lastIndexOf(1));
  }

  /** The end of the longest match that begins at `start`. */
  *longestAt(text: string, start: number): Slices<number | undefined> {
    if (this.literal !== undefined) {
      return text.startsWith(this.literal, start) ? start + this.literal.length : undefined;
    }
    return found((yield* this.#reach(text, true).from(this.#items, start)).lastIndexOf(1));
  }

  /** The leftmost, and there the longest, match that begins at or after `from` (`${x/…}`). */
  *find(text: string, from = 0): Slices<{ start: number; end: number } | undefined> {
    if (this.literal !== undefined) {
      const start = text.indexOf(this.literal, from);
      return start < 0 ? undefined : { start, end: start + this.literal.length };
    }
    if (hasNegation(this.#items)) return yield* this.#findSlowly(text, from);
    this.#finder ??= Regex.fromNode(itemsToRegex(this.#items));
    const spans = yield* this.#finder.execInSlices(text, from);
    return spans === undefined ? undefined : { start: spans[0]!, end: spans[1]! };
  }

  *#findSlowly(text: string, from: number): Slices<{ start: number; end: number } | undefined> {
    for (let start = from; start <= text.length; start++) {
      const end = yield* this.longestAt(text, start);
      if (end !== undefined) return { start, end };
    }
    return undefined;
  }

  #suffixes(text: string): Slices<Uint8Array> {
    return this.#reach(text, false).from(this.#items, text.length);
  }

  #reach(text: string, forward: boolean): Reach {
    const { pathname = false, period = false } = this.#options;
    return new Reach(text, forward, { pathname, period });
  }
}

function found(at: number, extra = 0): number | undefined {
  return at < 0 ? undefined : at + extra;
}

function literalOf(items: readonly PatternItem[]): string | undefined {
  let text = "";
  for (const item of items) {
    if (item.type !== "char") return undefined;
    text += String.fromCodePoint(item.code);
  }
  return text;
}

/** Without groups, backtracking only ever needs to change the last star. */
function* matchPlain(items: readonly PatternItem[], text: string): Slices<boolean> {
  let [item, at, star, retry] = [0, 0, -1, 0];
  for (let steps = 1; at < text.length; steps++) {
    if (steps % STEPS_PER_SLICE === 0) yield;
    const code = text.codePointAt(at)!;
    const current = items[item];
    if (current?.type === "star") {
      star = item++;
      retry = at;
    } else if (current !== undefined && acceptsChar(current, code)) {
      item++;
      at += code > 0xffff ? 2 : 1;
    } else if (star >= 0) {
      item = star + 1;
      retry += text.codePointAt(retry)! > 0xffff ? 2 : 1;
      at = retry;
    } else return false;
  }
  while (items[item]?.type === "star") item++;
  return item === items.length;
}

function acceptsChar(item: PatternItem, code: number): boolean {
  if (item.type === "char") return item.code === code;
  return item.type === "any" || (item.type === "set" && contains(item.set, code));
}

function hasNegation(items: readonly PatternItem[]): boolean {
  return items.some(
    (item) => item.type === "group" && (item.operator === "!" || item.alternatives.some(hasNegation)),
  );
}

function itemsToRegex(items: readonly PatternItem[]): RegexNode {
  return sequence(items.map(itemToRegex));
}

function itemToRegex(item: PatternItem): RegexNode {
  switch (item.type) {
    case "char":
      return { type: "set", set: [item.code, item.code] };
    case "set":
      return { type: "set", set: item.set };
    case "any":
      return { type: "set", set: ANYTHING };
    case "star":
      return repeat({ type: "set", set: ANYTHING }, 0, Infinity);
    case "group": {
      const body = choice(item.alternatives.map(itemsToRegex));
      if (item.operator === "@" || item.operator === "!") return body;
      if (body === EMPTY) return EMPTY;
      return repeat(body, item.operator === "+" ? 1 : 0, item.operator === "?" ? 1 : Infinity);
    }
  }
}

function repeat(body: RegexNode, min: number, max: number): RegexNode {
  return { type: "repeat", body, min, max, lazy: false };
}

/** Compiles a shell pattern; never fails: what is malformed stands for itself. */
export function compilePattern(source: string, options: PatternOptions = {}): Pattern {
  return new Pattern(source, options);
}
