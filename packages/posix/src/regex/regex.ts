import { Alphabet } from "./alphabet.ts";
import type { ParsedRegex, RegexNode } from "./ast.ts";
import { Backtracker, RegexLimitError } from "./backtrack.ts";
import { contains, difference } from "./char-set.ts";
import { Dfa, type DfaState } from "./dfa.ts";
import { type Literals, requiredLiterals } from "./literals.ts";
import { NativeMatcher } from "./native.ts";
import { parsePerl } from "./parse-perl.ts";
import { parsePosix } from "./parse-posix.ts";
import { buildProgram, isNullable, type RegexProgram } from "./program.ts";
import { Search, type Spans } from "./search.ts";
import type { RegexOptions } from "./syntax.ts";

/** Called when a search has used up a slice of time: a promise to await before it goes on, or undefined. */
export type Pause = () => Promise<void> | undefined;

/**
 * A limit on looking ahead: if each match looks ahead to the end of the text, finding all of them takes quadratic
 * time.
 */
const MOST_OVERRUN = 1 << 24;
const PERL_LIMIT = 10_000_000;
const SCAN_FUEL = 1 << 17;
const SCAN_CHARS = 1 << 20;
const MAX_SLICES = 160;
const MAX_REPLACED = 1 << 14;
const MAX_REPLACEMENT = 100;

/**
 * A compiled regular expression. A match is the leftmost and, of those, the longest, with groups as glibc reports
 * them; for "perl", the first in order of preference. Without back-references, time is linear in the text.
 */
export class Regex {
  readonly source: string;
  readonly options: RegexOptions;
  /** How many groups the pattern has. */
  readonly groups: number;
  /** Named groups (Perl), by index. */
  readonly names: ReadonlyMap<string, number>;
  /** Strings of which each match holds at least one: a cheap way to rule texts out. */
  readonly literals: Literals | undefined;
  /** Whether the empty string matches. */
  readonly matchesEmpty: boolean;
  readonly #build: () => RegexProgram;
  readonly #native: NativeMatcher | undefined;
  /** The same, or one that only says whether there is a match. */
  readonly #tester: NativeMatcher | undefined;
  #program: RegexProgram | undefined;
  #alphabet: Alphabet | undefined;
  #search: Search | Backtracker | undefined;
  readonly #multiline: boolean;
  #busy = false;
  /** How far exec() has looked beyond its matches since it last started at the beginning of a text. */
  #overrun = 0;
  #scanner: Dfa | undefined;

  private constructor(source: string, options: RegexOptions, parsed: ParsedRegex, native: boolean) {
    this.source = source;
    this.options = options;
    this.groups = parsed.groups;
    this.names = parsed.names;
    const { captures = true } = options;
    const whole = within(parsed.node, options.within);
    const node = options.byLine ? withoutNewline(whole) : whole;
    this.#multiline = options.multiline || options.byLine || false;
    this.#build = () => buildProgram(node, parsed.groups, captures);
    const limit = options.encoding === "latin1" ? 256 : 128;
    const { groups } = parsed;
    const planOptions = { limit, multiline: this.#multiline, captures, groups } as const;
    if (native) this.#native = NativeMatcher.for(node, planOptions);
    this.#tester = this.#native ?? (native ? NativeMatcher.forTest(node, planOptions) : undefined);
    // Expressions with a plan are small; for all others, an excessive size is reported now.
    if (this.#native === undefined) this.#program = this.#build();
    this.literals = requiredLiterals(parsed.node, options.encoding ?? "utf16");
    this.matchesEmpty = isNullable(parsed.node);
  }

  /**
   * `native` says whether JavaScript's own engine may run the expressions for which it gives the same results.
   * @throws RegexError with glibc's message
   */
  static compile(source: string, options: RegexOptions, native = true): Regex {
    return new Regex(source, options, parse(source, options), native);
  }

  /** Whether JavaScript's own engine runs it, on texts that suit. */
  get native(): boolean {
    return this.#native !== undefined;
  }

  /** An expression without groups that another parser made. */
  static fromNode(node: RegexNode): Regex {
    return new Regex("", { syntax: "ere", captures: false }, { node, groups: 0, names: new Map() }, true);
  }

  /** Whether only the backtracking engine runs it, in a time that nothing bounds. */
  get irregular(): boolean {
    return this.#native === undefined && this.#compiled().irregular;
  }

  #compiled(): RegexProgram {
    return (this.#program ??= this.#build());
  }

  #classes(): Alphabet {
    return (this.#alphabet ??= new Alphabet(this.#compiled(), this.options.encoding ?? "utf16"));
  }

  /**
   * The first match that begins at or after `from`: offsets of the whole and of each group (-1: no part in it).
   * @throws RegexLimitError when it takes too long: programs that others wait for use execPausing()
   */
  exec(text: string, from = 0): Spans | undefined {
    if (this.#native?.takes(text, from)) return this.#native.exec(text, from);
    if (this.#lacks(text, from)) return undefined;
    const search = this.#take();
    search.begin(text, from);
    const slices = new Slices(text);
    while (!search.run()) slices.spend();
    if (from === 0) this.#overrun = 0;
    this.#overrun += search.overrun;
    if (this.#overrun > MOST_OVERRUN + 8 * text.length)
      throw new RegexLimitError("regular expression takes too long");
    return search.result;
  }

  /** exec() for programs: calls `pause` whenever a slice of work is done. */
  execPausing(text: string, from: number, pause: Pause): Spans | undefined | Promise<Spans | undefined> {
    if (this.#native?.takes(text, from)) return this.#native.exec(text, from);
    if (this.#lacks(text, from)) return undefined;
    const search = this.#take();
    search.begin(text, from);
    return search.run() ? search.result : this.#finish(search, pause);
  }

  /** exec() in slices of work. */
  *execInSlices(text: string, from: number): Generator<void, Spans | undefined, void> {
    const search = this.#take();
    search.begin(text, from);
    if (search.run()) return search.result;
    this.#busy = true;
    try {
      do yield;
      while (!search.run());
      return search.result;
    } finally {
      this.#busy = false;
    }
  }

  /** Whether a quick test shows that no match begins at or after `from`. */
  #lacks(text: string, from: number): boolean {
    const tester = this.#tester;
    return (
      tester !== undefined &&
      tester !== this.#native &&
      tester.takes(text, from) &&
      tester.end(text, from) < 0
    );
  }

  async #finish(search: Search | Backtracker, pause: Pause): Promise<Spans | undefined> {
    this.#busy = true;
    try {
      do await pause();
      while (!search.run());
      return search.result;
    } finally {
      this.#busy = false;
    }
  }

  /** The engine; a fresh one while another search of this expression is paused. */
  #take(): Search | Backtracker {
    if (this.#busy) return this.#newSearch();
    return (this.#search ??= this.#newSearch());
  }

  #newSearch(): Search | Backtracker {
    const { icase = false, syntax } = this.options;
    const multiline = this.#multiline;
    const perl = syntax === "perl";
    const program = this.#compiled();
    if (perl || program.irregular) {
      const limit = perl ? PERL_LIMIT : Infinity;
      return new Backtracker(program, this.#classes(), { multiline, icase, longest: !perl, limit });
    }
    return new Search(program, this.#classes(), multiline);
  }

  /**
   * Replaces all matches by a text, at once; also counts them. undefined if this has to be done match by match with
   * exec(): if some are empty, in long texts, and when JavaScript's own engine is not used.
   */
  replaceAll(text: string, replacement: string): { text: string; count: number } | undefined {
    const fits = text.length <= MAX_REPLACED && replacement.length <= MAX_REPLACEMENT;
    if (!fits || this.matchesEmpty || !this.#native?.takes(text, 0)) return undefined;
    return this.#native.replaceAll(text, replacement);
  }

  /** Whether there is a match anywhere in `text`. @throws RegexLimitError like exec() */
  test(text: string): boolean {
    if (this.#tester?.takes(text, 0)) return this.#tester.end(text, 0) >= 0;
    if (this.#compiled().irregular) return this.exec(text) !== undefined;
    const scan = this.#newScan(text, 0);
    for (const slices = new Slices(text); ; slices.spend()) {
      const end = this.#scan(scan);
      if (end !== undefined) return end >= 0;
    }
  }

  /** test() for programs: calls `pause` whenever a slice of work is done. */
  testPausing(text: string, pause: Pause): boolean | Promise<boolean> {
    const end = this.scan(text, 0, pause);
    return end instanceof Promise ? end.then((found) => found >= 0) : end >= 0;
  }

  /**
   * Where a match in the first matching line after `from` ends, or -1. A single pass, to filter many lines at once
   * (`byLine`). Calls `pause` after each slice of work.
   */
  scan(text: string, from: number, pause: Pause): number | Promise<number> {
    if (this.#tester?.takes(text, from)) return this.#tester.end(text, from);
    if (this.#compiled().irregular) {
      const spans = this.execPausing(text, from, pause);
      return spans instanceof Promise ? spans.then((found) => found?.[1] ?? -1) : (spans?.[1] ?? -1);
    }
    const scan = this.#newScan(text, from);
    return this.#scan(scan) ?? this.#finishScan(scan, pause);
  }

  async #finishScan(scan: Scan, pause: Pause): Promise<number> {
    for (;;) {
      await pause();
      const end = this.#scan(scan);
      if (end !== undefined) return end;
    }
  }

  #newScan(text: string, from: number): Scan {
    const alphabet = this.#classes();
    this.#scanner ??= new Dfa(this.#compiled(), alphabet, {
      forward: true,
      floating: true,
      multiline: this.#multiline,
    });
    return { text, at: from, state: this.#scanner.initial(alphabet.kindBefore(text, from)) };
  }

  /** Where the earliest-ending match ends; -1 without one; undefined when the slice of work was not enough. */
  #scan(scan: Scan): number | undefined {
    const dfa = this.#scanner!;
    dfa.fuel = SCAN_FUEL;
    const alphabet = this.#classes();
    const { ascii, kinds } = alphabet;
    const { text } = scan;
    let { state, at } = scan;
    const stop = Math.min(text.length, at + SCAN_CHARS);
    while (at < stop) {
      const unit = text.charCodeAt(at);
      let cls: number;
      let width = 1;
      if (unit < 128) cls = ascii[unit]!;
      else {
        cls = alphabet.classAt(text, at);
        width = alphabet.width;
      }
      if (state.accept !== 0 && ((state.accept >> kinds[cls]!) & 1) !== 0) return at;
      let next = state.next[cls];
      if (next === undefined) {
        if (dfa.fuel < 0) break;
        next = dfa.step(state, cls);
      }
      state = next;
      at += width;
    }
    scan.state = state;
    scan.at = at;
    if (at < text.length) return undefined;
    return ((state.accept >> alphabet.edgeKind) & 1) !== 0 ? at : -1;
  }
}

/** How many slices a search without pauses may use: a few, plus what a long text needs in any case. */
class Slices {
  #left: number;

  constructor(text: string) {
    this.#left = MAX_SLICES + 32 * Math.ceil(text.length / SCAN_CHARS);
  }

  spend(): void {
    if (--this.#left < 0) throw new RegexLimitError("regular expression takes too long");
  }
}

interface Scan {
  readonly text: string;
  at: number;
  state: DfaState;
}

function within(node: RegexNode, what: RegexOptions["within"]): RegexNode {
  if (what === undefined) return node;
  const [before, after] =
    what === "word" ? (["notAfterWord", "notBeforeWord"] as const) : (["lineStart", "lineEnd"] as const);
  return {
    type: "sequence",
    items: [{ type: "assert", kind: before }, node, { type: "assert", kind: after }],
  };
}

/** The same expression, unable to match a newline. */
function withoutNewline(node: RegexNode): RegexNode {
  switch (node.type) {
    case "set":
      return contains(node.set, 10) ? { type: "set", set: difference(node.set, [10, 10]) } : node;
    case "sequence":
    case "choice":
      return { ...node, items: node.items.map(withoutNewline) };
    case "repeat":
    case "group":
    case "look":
      return { ...node, body: withoutNewline(node.body) };
    default:
      return node;
  }
}

function parse(source: string, options: RegexOptions): ParsedRegex {
  return options.syntax === "perl" ? parsePerl(source, options) : parsePosix(source, options);
}

/** Compiles a regular expression. @throws RegexError with glibc's message */
export function compileRegex(source: string, options: RegexOptions): Regex {
  return Regex.compile(source, options);
}
