// POSIX basic and extended regular expressions with GNU's extensions, and awk's dialect.
// Source: POSIX.1-2024 XBD 9; regex(7); GNU grep and sed manuals, "Regular Expressions".

import { type AssertKind, choice, EMPTY, type ParsedRegex, type RegexNode, sequence } from "./ast.ts";
import { parseAwkEscape } from "./awk-escape.ts";
import { classSet, wordSet } from "./char-class.ts";
import { ANY, type CharSet, charSet, complement, foldCase, union } from "./char-set.ts";
import { Cursor } from "./cursor.ts";
import { parseBracket } from "./parse-bracket.ts";
import { RegexError } from "./regex-error.ts";
import type { RegexOptions } from "./syntax.ts";

/** RE_DUP_MAX of glibc. */
const MAX_REPEAT = 32767;
const MAX_DEPTH = 250;

const ASSERT_ESCAPES: Readonly<Record<string, AssertKind>> = {
  "<": "wordStart",
  ">": "wordEnd",
  b: "wordEdge",
  B: "notWordEdge",
  "`": "textStart",
  "'": "textEnd",
};

export function parsePosix(source: string, options: RegexOptions): ParsedRegex {
  return new PosixParser(source, options).parse();
}

class PosixParser {
  readonly cursor: Cursor;
  readonly options: RegexOptions;
  readonly basic: boolean;
  readonly awk: boolean;
  readonly ascii: boolean;
  groups = 0;
  readonly closed = new Set<number>();
  depth = 0;

  constructor(source: string, options: RegexOptions) {
    this.cursor = new Cursor(source);
    this.options = options;
    this.basic = options.syntax === "bre";
    this.awk = options.syntax === "awk";
    this.ascii = options.encoding === "latin1";
  }

  parse(): ParsedRegex {
    const node = this.alternatives();
    if (!this.cursor.done) throw new RegexError("REG_ERPAREN", this.cursor.offset);
    return { node, groups: this.groups, names: new Map() };
  }

  alternatives(): RegexNode {
    const items = [this.branch()];
    while (this.takeBar()) items.push(this.branch());
    return choice(items);
  }

  takeBar(): boolean {
    if (this.options.newlineAlternates && this.cursor.take("\n")) return true;
    return this.cursor.take(this.basic ? "\\|" : "|");
  }

  atBranchEnd(): boolean {
    const { cursor } = this;
    if (cursor.done) return true;
    if (this.options.newlineAlternates && cursor.startsWith("\n")) return true;
    if (this.basic) return cursor.startsWith("\\|") || cursor.startsWith("\\)");
    if (cursor.startsWith("|")) return true;
    return cursor.startsWith(")") && !(this.depth === 0 && this.options.loneParenLiteral);
  }

  branch(): RegexNode {
    const items: RegexNode[] = [];
    while (!this.atBranchEnd()) {
      const atom = this.atom(items.length === 0 || isLineStart(items));
      if (atom !== undefined) items.push(this.repeats(atom));
    }
    return sequence(items);
  }

  /** `leading`: nothing but anchors stands before it in its branch. undefined when an operator was skipped. */
  atom(leading: boolean): RegexNode | undefined {
    const { cursor } = this;
    if (leading) {
      const special = this.leadingOperator();
      if (special !== "no") return special;
    }
    const start = cursor.offset;
    const code = cursor.next();
    switch (code) {
      case 0x5b: // [
        return this.set(
          parseBracket(cursor, {
            icase: this.options.icase ?? false,
            ascii: this.ascii,
            escape: this.awk ? parseAwkEscape : undefined,
            excludeNewline: this.options.dotExcludesNewline ?? false,
          }),
        );
      case 0x2e: // .
        return { type: "set", set: this.options.dotExcludesNewline ? complement([10, 10]) : ANY };
      case 0x5c: // backslash
        return this.escape(start);
      case 0x5e: // ^
        if (!this.basic || leading) return { type: "assert", kind: "lineStart" };
        break;
      case 0x24: // $
        if (!this.basic || this.atBranchEnd()) return { type: "assert", kind: "lineEnd" };
        break;
      case 0x28: // (
        if (!this.basic) return this.group(start);
        break;
    }
    return this.literal(code);
  }

  /** A repetition operator where nothing stands before it. */
  leadingOperator(): RegexNode | undefined | "no" {
    const { cursor } = this;
    if (this.basic) {
      if (cursor.take("*")) return this.literal(0x2a);
      if (cursor.startsWith("\\{")) throw new RegexError("REG_BADRPT", cursor.offset);
      if (cursor.take("\\+") || cursor.take("\\?"))
        return this.literal(cursor.source.charCodeAt(cursor.offset - 1));
      return "no";
    }
    const next = cursor.peek();
    if (next !== "*" && next !== "+" && next !== "?" && next !== "{") return "no";
    if (next === "{" && (this.awk || this.options.danglingRepeat === "ignore")) {
      if (!this.looksLikeInterval()) return "no";
    }
    if (this.options.danglingRepeat !== "ignore" && !this.awk)
      throw new RegexError("REG_BADRPT", cursor.offset);
    if (this.awk) return this.literal(cursor.next());
    if (next === "{") cursor.takeUntil("}");
    else cursor.advance();
    return undefined;
  }

  looksLikeInterval(): boolean {
    return /^\{(\d+(,\d*)?|,\d+)\}/.test(
      this.cursor.source.slice(this.cursor.offset, this.cursor.offset + 16),
    );
  }

  group(start: number): RegexNode {
    if (++this.depth > MAX_DEPTH) throw new RegexError("REG_ESPACE", start);
    const index = ++this.groups;
    const body = this.alternatives();
    if (!this.cursor.take(this.basic ? "\\)" : ")")) throw new RegexError("REG_EPAREN", start);
    this.depth--;
    this.closed.add(index);
    return { type: "group", body, index };
  }

  escape(start: number): RegexNode {
    const { cursor } = this;
    if (cursor.done) throw new RegexError("REG_EESCAPE", start);
    if (this.awk) return this.awkEscape();
    const code = cursor.next();
    const char = String.fromCodePoint(code);
    if (this.basic && char === "(") return this.group(start);
    if (this.basic && char === "{") throw new RegexError("REG_BADRPT", start);
    if (code >= 0x31 && code <= 0x39) return this.backReference(code - 0x30, start);
    const assert = ASSERT_ESCAPES[char];
    if (assert !== undefined) return { type: "assert", kind: assert };
    const set = this.escapedClass(char);
    return set === undefined ? this.literal(code) : { type: "set", set };
  }

  awkEscape(): RegexNode {
    const { cursor } = this;
    const char = cursor.peek();
    const assert = char === "y" ? "wordEdge" : char === "b" ? undefined : ASSERT_ESCAPES[char];
    if (assert !== undefined) {
      cursor.advance();
      return { type: "assert", kind: assert };
    }
    const set = this.escapedClass(char);
    if (set !== undefined) {
      cursor.advance();
      return { type: "set", set };
    }
    cursor.offset--;
    const code = parseAwkEscape(cursor);
    return typeof code === "number" ? this.literal(code) : this.set(code);
  }

  escapedClass(char: string): CharSet | undefined {
    switch (char) {
      case "w":
        return wordSet(this.ascii);
      case "W":
        return complement(wordSet(this.ascii));
      case "s":
        return classSet("space", this.ascii);
      case "S":
        return complement(classSet("space", this.ascii)!);
      default:
        return undefined;
    }
  }

  backReference(index: number, start: number): RegexNode {
    if (!this.closed.has(index)) throw new RegexError("REG_ESUBREG", start);
    return { type: "backReference", index };
  }

  repeats(atom: RegexNode): RegexNode {
    let node = atom;
    for (;;) {
      const bounds = this.operator(node);
      if (bounds === undefined) return node;
      const [min, max] = bounds;
      node = max === 0 ? EMPTY : { type: "repeat", body: node, min, max, lazy: false };
    }
  }

  operator(node: RegexNode): [number, number] | undefined {
    const { cursor } = this;
    if (this.basic) {
      if (cursor.startsWith("*") && isAnchor(node)) return undefined;
      if (cursor.take("*")) return [0, Infinity];
      if (cursor.take("\\+")) return [1, Infinity];
      if (cursor.take("\\?")) return [0, 1];
      return cursor.take("\\{") ? this.interval("\\}") : undefined;
    }
    if (
      isAnchor(node) &&
      this.options.danglingRepeat !== "ignore" &&
      !this.awk &&
      /^[*+?{]/.test(cursor.peek())
    ) {
      throw new RegexError("REG_BADRPT", cursor.offset);
    }
    if (cursor.take("*")) return [0, Infinity];
    if (cursor.take("+")) return [1, Infinity];
    if (cursor.take("?")) return [0, 1];
    if (!cursor.startsWith("{")) return undefined;
    if ((this.awk || this.options.danglingRepeat === "ignore") && !this.looksLikeInterval()) return undefined;
    cursor.advance();
    return this.interval("}");
  }

  interval(end: string): [number, number] {
    const { cursor } = this;
    const low = cursor.takeNumber();
    let high = low;
    if (cursor.take(",")) high = cursor.takeNumber() ?? Infinity;
    if (!cursor.take(end)) {
      const ended = cursor.done || (this.basic && !cursor.source.includes("\\}", cursor.offset));
      throw new RegexError(ended ? "REG_EBRACE" : "REG_BADBR", cursor.offset);
    }
    const min = low ?? 0;
    if (high === undefined || high < min) throw new RegexError("REG_BADBR", cursor.offset);
    if (min > MAX_REPEAT || (high !== Infinity && high > MAX_REPEAT)) {
      throw new RegexError("REG_ESIZE", cursor.offset);
    }
    return [min, high];
  }

  literal(code: number): RegexNode {
    return this.set(this.options.icase ? foldCase(charSet(code, code)) : [code, code]);
  }

  set(set: CharSet): RegexNode {
    return { type: "set", set: this.ascii ? set : union(set) };
  }
}

const isAnchor = (node: RegexNode): boolean => node.type === "assert" && node.kind === "lineStart";
const isLineStart = (items: RegexNode[]): boolean => items.every(isAnchor);
