// The part of Perl's regular expressions that grep -P is used for. Source: pcre2pattern(3).

import { choice, EMPTY, type ParsedRegex, type RegexNode, sequence } from "./ast.ts";
import { classSet, wordSet } from "./char-class.ts";
import { type CharSet, charSet, complement, foldCase } from "./char-set.ts";
import { Cursor } from "./cursor.ts";
import { parseBracket } from "./parse-bracket.ts";
import { RegexError } from "./regex-error.ts";
import type { RegexOptions } from "./syntax.ts";

const NOT_NEWLINE = complement([10, 10]);
const MAX_DEPTH = 250;
const SIMPLE: Readonly<Record<string, number>> = { a: 7, e: 27, f: 12, n: 10, r: 13, t: 9 };
const LOOKS: readonly [string, { behind: boolean; negate: boolean; atomic: boolean }][] = [
  ["?=", { behind: false, negate: false, atomic: false }],
  ["?!", { behind: false, negate: true, atomic: false }],
  ["?<=", { behind: true, negate: false, atomic: false }],
  ["?<!", { behind: true, negate: true, atomic: false }],
  ["?>", { behind: false, negate: false, atomic: true }],
];

export function parsePerl(source: string, options: RegexOptions): ParsedRegex {
  return new PerlParser(source, options).parse();
}

class PerlParser {
  readonly cursor: Cursor;
  readonly ascii: boolean;
  icase: boolean;
  groups = 0;
  depth = 0;
  readonly names = new Map<string, number>();

  constructor(source: string, options: RegexOptions) {
    this.cursor = new Cursor(source);
    this.icase = options.icase ?? false;
    this.ascii = options.encoding === "latin1";
  }

  parse(): ParsedRegex {
    const node = this.alternatives();
    if (!this.cursor.done)
      throw new RegexError("REG_ERPAREN", this.cursor.offset, "unmatched closing parenthesis");
    return { node, groups: this.groups, names: this.names };
  }

  alternatives(): RegexNode {
    const items = [this.branch()];
    while (this.cursor.take("|")) items.push(this.branch());
    return choice(items);
  }

  branch(): RegexNode {
    const items: RegexNode[] = [];
    while (!this.cursor.done && !this.cursor.startsWith("|") && !this.cursor.startsWith(")")) {
      items.push(this.repeats(this.atom()));
    }
    return sequence(items);
  }

  atom(): RegexNode {
    const { cursor } = this;
    const start = cursor.offset;
    if (cursor.take("(")) return this.group(start);
    if (cursor.take("[")) return { type: "set", set: this.bracket() };
    if (cursor.take(".")) return { type: "set", set: NOT_NEWLINE };
    if (cursor.take("^")) return { type: "assert", kind: "lineStart" };
    if (cursor.take("$")) return { type: "assert", kind: "lineEnd" };
    if (cursor.take("\\")) return this.escape(start);
    if (/^[*+?]/.test(cursor.peek())) {
      throw new RegexError("REG_BADRPT", start, "quantifier does not follow a repeatable item");
    }
    return this.literal(cursor.next());
  }

  group(start: number): RegexNode {
    if (++this.depth > MAX_DEPTH)
      throw new RegexError("REG_ESPACE", start, "parentheses are too deeply nested");
    const icase = this.icase;
    const node = this.groupBody(start);
    this.icase = icase;
    this.depth--;
    return node;
  }

  groupBody(start: number): RegexNode {
    const { cursor } = this;
    for (const [prefix, look] of LOOKS) {
      if (cursor.take(prefix)) return { type: "look", body: this.closed(start), ...look };
    }
    if (cursor.take("?:")) return this.closed(start);
    if (cursor.take("?#")) {
      if (cursor.takeUntil(")") === undefined) throw this.unclosed(start);
      return EMPTY;
    }
    const named = /^\?P?(?:<(\w+)>|'(\w+)')/.exec(cursor.source.slice(cursor.offset, cursor.offset + 80));
    if (named !== null) {
      cursor.advance(named[0].length);
      this.names.set(named[1] ?? named[2]!, this.groups + 1);
    } else if (cursor.startsWith("?")) return this.flags(start);
    const index = ++this.groups;
    return { type: "group", body: this.closed(start), index };
  }

  flags(start: number): RegexNode {
    const { cursor } = this;
    const flags = /^\?([ims]*)(?:-([ims]*))?([:)])/.exec(
      cursor.source.slice(cursor.offset, cursor.offset + 20),
    );
    if (flags === null) {
      throw new RegexError("REG_BADPAT", start, "unrecognized character after (? or (?-");
    }
    cursor.advance(flags[0].length);
    if (flags[1]!.includes("i")) this.icase = true;
    if (flags[2]?.includes("i")) this.icase = false;
    if (flags[3] === ":") return this.closed(start);
    // Flags without a body hold to the end of the enclosing group.
    const rest = this.alternatives();
    return rest;
  }

  closed(start: number): RegexNode {
    const body = this.alternatives();
    if (!this.cursor.take(")")) throw this.unclosed(start);
    return body;
  }

  unclosed(start: number): RegexError {
    return new RegexError("REG_EPAREN", start, "missing closing parenthesis");
  }

  bracket(): CharSet {
    try {
      return parseBracket(this.cursor, {
        icase: this.icase,
        ascii: this.ascii,
        escape: () => this.bracketEscape(),
        excludeNewline: false,
      });
    } catch (error) {
      if (!(error instanceof RegexError) || error.code !== "REG_EBRACK") throw error;
      throw new RegexError(error.code, error.offset, "missing terminating ] for character class");
    }
  }

  bracketEscape(): number | CharSet {
    const { cursor } = this;
    cursor.advance();
    const set = this.classEscape(cursor.peek());
    if (set !== undefined) {
      cursor.advance();
      return set;
    }
    if (cursor.take("b")) return 8;
    return this.charEscape();
  }

  classEscape(char: string): CharSet | undefined {
    const base = this.classBase(char.toLowerCase());
    if (base === undefined) return undefined;
    return char === char.toLowerCase() ? base : complement(base);
  }

  classBase(letter: string): CharSet | undefined {
    if (letter === "d") return classSet("digit", true);
    if (letter === "w") return wordSet(true);
    if (letter === "s") return classSet("space", true);
    if (letter === "h") return charSet(9, 9, 32, 32, 0xa0, 0xa0);
    return letter === "v" ? charSet(10, 13, 0x85, 0x85, 0x2028, 0x2029) : undefined;
  }

  escape(start: number): RegexNode {
    const { cursor } = this;
    if (cursor.done) throw new RegexError("REG_EESCAPE", start, "\\ at end of pattern");
    const char = cursor.peek();
    const set = char === "N" ? NOT_NEWLINE : this.classEscape(char);
    if (set !== undefined) {
      cursor.advance();
      return { type: "set", set };
    }
    if (cursor.take("b")) return { type: "assert", kind: "wordEdge" };
    if (cursor.take("B")) return { type: "assert", kind: "notWordEdge" };
    if (cursor.take("A")) return { type: "assert", kind: "textStart" };
    if (cursor.take("z") || cursor.take("Z")) return { type: "assert", kind: "textEnd" };
    if (cursor.take("Q")) return this.quoted();
    if (/^[1-9]/.test(char)) return { type: "backReference", index: cursor.takeNumber()! };
    const named = /^(?:k[<{'](\w+)[>}']|g\{?(\d+)\}?)/.exec(
      cursor.source.slice(cursor.offset, cursor.offset + 60),
    );
    if (named !== null) {
      cursor.advance(named[0].length);
      return {
        type: "backReference",
        index: named[2] === undefined ? (this.names.get(named[1]!) ?? 0) : Number(named[2]),
      };
    }
    return this.literal(this.charEscape());
  }

  quoted(): RegexNode {
    const text = this.cursor.takeUntil("\\E") ?? this.cursor.source.slice(this.cursor.offset);
    if (!this.cursor.source.slice(0, this.cursor.offset).endsWith("\\E"))
      this.cursor.offset = this.cursor.source.length;
    return sequence([...text].map((char) => this.literal(char.codePointAt(0)!)));
  }

  charEscape(): number {
    const { cursor } = this;
    const simple = SIMPLE[cursor.peek()];
    if (simple !== undefined) {
      cursor.advance();
      return simple;
    }
    const rest = cursor.source.slice(cursor.offset, cursor.offset + 12);
    const hex = /^x(?:\{([0-9A-Fa-f]{1,6})\}|([0-9A-Fa-f]{1,2}))/.exec(rest);
    const octal = /^0([0-7]{0,2})/.exec(rest);
    if (hex !== null) {
      cursor.advance(hex[0].length);
      return Math.min(Number.parseInt(hex[1] ?? hex[2]!, 16), 0x10ffff);
    }
    if (octal === null) return cursor.next();
    cursor.advance(octal[0].length);
    return Number.parseInt(`0${octal[1]}`, 8);
  }

  repeats(atom: RegexNode): RegexNode {
    let node = atom;
    for (;;) {
      const bounds = this.operator();
      if (bounds === undefined) return node;
      const [min, max] = bounds;
      const lazy = this.cursor.take("?");
      const possessive = !lazy && this.cursor.take("+");
      node = max === 0 ? EMPTY : { type: "repeat", body: node, min, max, lazy };
      if (possessive) node = { type: "look", body: node, behind: false, negate: false, atomic: true };
    }
  }

  operator(): [number, number] | undefined {
    const { cursor } = this;
    if (cursor.take("*")) return [0, Infinity];
    if (cursor.take("+")) return [1, Infinity];
    if (cursor.take("?")) return [0, 1];
    const bounds = /^\{(\d+)(?:(,)(\d*))?\}/.exec(cursor.source.slice(cursor.offset, cursor.offset + 16));
    if (bounds === null) return undefined;
    cursor.advance(bounds[0].length);
    const min = Number(bounds[1]);
    const max = bounds[2] === undefined ? min : bounds[3] === "" ? Infinity : Number(bounds[3]);
    if (max < min) throw new RegexError("REG_BADBR", cursor.offset, "numbers out of order in {} quantifier");
    if (min > 65535) throw new RegexError("REG_ESIZE", cursor.offset, "number too big in {} quantifier");
    return [min, max];
  }

  literal(code: number): RegexNode {
    return { type: "set", set: this.icase ? foldCase(charSet(code, code)) : [code, code] };
  }
}
