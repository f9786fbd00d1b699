import { compileRegex, type Pause, type Regex, type RegexOptions, type Spans } from "@agentos/posix";

export interface MatcherOptions {
  syntax: "bre" | "ere" | "fixed" | "perl";
  icase: boolean;
  within: "word" | "line" | undefined;
  encoding: "utf8" | "latin1";
  /** Lines are separated by NUL, not newline. */
  nullData: boolean;
}

const MAX_MISSES = 200;

export interface LineSpan {
  start: number;
  end: number;
}

/** Finds the lines of a block of text that match any of the patterns. Texts are latin1 strings. */
export class Matcher {
  readonly #regexes: Regex[];
  /** Strings of which every matching line holds one; undefined when there is no such string. */
  #literals: readonly string[] | undefined;
  /** Lines with the literal that did not match, less those that did: once many, looking for it does not pay. */
  #misses = 0;
  /** A line with one of the literals is a match. */
  readonly #exact: boolean;
  readonly #delimiter: string;

  /** @throws RegexError */
  constructor(patterns: readonly string[], options: MatcherOptions) {
    this.#delimiter = options.nullData ? "\0" : "\n";
    this.#regexes = compileAll(patterns, options);
    const { literals } = this.#regexes[0] ?? {};
    const usable = this.#regexes.length === 1 && literals !== undefined && literals.any.length === 1;
    this.#literals = usable ? literals.any : undefined;
    this.#exact = usable && literals.exact && options.within === undefined;
  }

  /** What every matching line holds, where that is one string. */
  get literal(): string | undefined {
    return this.#literals?.[0];
  }

  /** The first line at or after `from` (a line's start) that matches; every line of `block` ends in the delimiter. */
  nextLine(block: string, from: number, pause: Pause): LineSpan | undefined | Promise<LineSpan | undefined> {
    if (this.#regexes.length === 0 || from >= block.length) return undefined;
    if (this.#literals !== undefined) return this.#byLiteral(block, from, pause);
    if (this.#regexes.length > 1 || this.#delimiter === "\0") return this.#byLine(block, from, pause);
    const at = this.#regexes[0]!.scan(block, from, pause);
    return at instanceof Promise ? at.then((end) => this.#lineAt(block, end)) : this.#lineAt(block, at);
  }

  /** The first match within a line; an empty one is passed over when `nonEmpty`. */
  find(line: string, from: number): Spans | undefined {
    let best: Spans | undefined;
    for (const regex of this.#regexes) {
      const spans = regex.exec(line, from);
      if (spans === undefined) continue;
      const earlier = best === undefined || spans[0]! < best[0]!;
      if (earlier || (spans[0] === best![0] && spans[1]! > best![1]!)) best = spans;
    }
    return best;
  }

  #lineAt(block: string, at: number): LineSpan | undefined {
    if (at < 0 || at >= block.length) return undefined;
    const start = at === 0 ? 0 : block.lastIndexOf(this.#delimiter, at - 1) + 1;
    return { start, end: block.indexOf(this.#delimiter, at) };
  }

  #byLiteral(
    block: string,
    from: number,
    pause: Pause,
  ): LineSpan | undefined | Promise<LineSpan | undefined> {
    const literal = this.#literals![0]!;
    for (let at = block.indexOf(literal, from); at >= 0; ) {
      const span = this.#lineAt(block, at)!;
      if (this.#exact) return span;
      const matched = this.#lineMatches(block, span, pause);
      if (matched instanceof Promise) {
        return matched.then((yes) => (yes ? span : this.nextLine(block, span.end + 1, pause)));
      }
      if (matched) {
        this.#misses--;
        return span;
      }
      if (++this.#misses > MAX_MISSES && this.#regexes.length === 1 && this.#delimiter === "\n") {
        this.#literals = undefined;
        return this.nextLine(block, span.end + 1, pause);
      }
      at = block.indexOf(literal, span.end + 1);
    }
    return undefined;
  }

  async #byLine(block: string, from: number, pause: Pause): Promise<LineSpan | undefined> {
    for (let start = from, count = 0; start < block.length; count++) {
      const end = block.indexOf(this.#delimiter, start);
      if (await this.#lineMatches(block, { start, end }, pause)) return { start, end };
      start = end + 1;
      if (count % 64 === 63) await pause();
    }
    return undefined;
  }

  #lineMatches(block: string, { start, end }: LineSpan, pause: Pause): boolean | Promise<boolean> {
    const line = block.slice(start, end);
    if (this.#regexes.length === 1) {
      const at = this.#regexes[0]!.scan(line, 0, pause);
      return at instanceof Promise ? at.then((found) => found >= 0) : at >= 0;
    }
    return this.#anyMatches(line, pause);
  }

  async #anyMatches(line: string, pause: Pause): Promise<boolean> {
    for (const regex of this.#regexes) if ((await regex.scan(line, 0, pause)) >= 0) return true;
    return false;
  }
}

function compileAll(patterns: readonly string[], options: MatcherOptions): Regex[] {
  const { syntax, icase, within, encoding, nullData } = options;
  const base: Omit<RegexOptions, "syntax"> = {
    icase,
    within,
    encoding,
    byLine: !nullData,
    danglingRepeat: "ignore",
    captures: false,
  };
  if (patterns.length === 0) return [];
  if (syntax === "perl") return patterns.map((pattern) => compileRegex(pattern, { ...base, syntax: "perl" }));
  if (syntax === "fixed") {
    return [compileRegex(patterns.map(escapeFixed).join("|"), { ...base, syntax: "ere" })];
  }
  const separate = patterns.length > 1 && patterns.some((pattern) => /\\[1-9]/.test(pattern));
  if (separate) return patterns.map((pattern) => compileRegex(pattern, { ...base, syntax }));
  return [compileRegex(patterns.join("\n"), { ...base, syntax, newlineAlternates: true })];
}

function escapeFixed(text: string): string {
  return text.replaceAll(/[\\.*+?^$|(){}[\]]/g, "\\$&");
}
