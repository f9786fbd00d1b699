// Runs the expressions that planNative() accepts on JavaScript's own engine.

import type { AssertKind, RegexNode } from "./ast.ts";
import {
  type Mask,
  maskOf,
  type NativePlan,
  type PlanOptions,
  planNative,
  planNativeTest,
} from "./native-plan.ts";
import type { Spans } from "./search.ts";

const BEYOND_ASCII = /[^\0-\x7f]/;

export class NativeMatcher {
  readonly #plan: NativePlan;
  readonly #body: string;
  readonly #limit: 128 | 256;
  readonly #flags: string;
  #search: RegExp | undefined;
  #sticky: RegExp | undefined;
  #known = "";
  #knownPlain = true;

  constructor(node: RegexNode, plan: NativePlan, options: PlanOptions) {
    this.#plan = plan;
    this.#limit = options.limit;
    this.#body = translate(node, options);
    this.#flags = options.captures && options.groups > 0 ? "d" : "";
  }

  /** undefined for an expression that the engine must not run. */
  static for(node: RegexNode, options: PlanOptions): NativeMatcher | undefined {
    const plan = planNative(node, options);
    return plan && new NativeMatcher(node, plan, options);
  }

  /** For end() alone, when only the existence of a match matters; also for expressions that exec() must not run. */
  static forTest(node: RegexNode, options: PlanOptions): NativeMatcher | undefined {
    const plan = planNativeTest(node, options);
    return plan && new NativeMatcher(node, plan, { ...options, captures: false });
  }

  /** Whether this text may be searched. */
  takes(text: string, from: number): boolean {
    return text.length - from <= this.#plan.longest && (!this.#plan.bounded || this.#isPlain(text));
  }

  #isPlain(text: string): boolean {
    if (text === this.#known) return this.#knownPlain;
    this.#known = text;
    this.#knownPlain = !BEYOND_ASCII.test(text);
    return this.#knownPlain;
  }

  exec(text: string, from: number): Spans | undefined {
    const match = this.#match(text, from);
    if (match === null) return undefined;
    const { indices } = match;
    if (indices === undefined) return [match.index, match.index + match[0].length];
    const spans = new Array<number>(indices.length * 2).fill(-1);
    for (let i = 0; i < indices.length; i++) {
      const range = indices[i];
      if (range === undefined) continue;
      spans[i * 2] = range[0];
      spans[i * 2 + 1] = range[1];
    }
    return spans;
  }

  /** Replaces all matches, none of which may be empty; undefined if a match could begin in the middle of a loop. */
  replaceAll(text: string, replacement: string): { text: string; count: number } | undefined {
    if (this.#plan.guard !== undefined) return undefined;
    let count = 0;
    const replaced = text.replace(this.#after(0), () => {
      count++;
      return replacement;
    });
    return { text: replaced, count };
  }

  #match(text: string, from: number): RegExpExecArray | null {
    if (from > 0 && this.#isGuarded(text, from)) {
      const match = this.#at(text, from).exec(text);
      if (match !== null) return match;
    }
    return this.#after(from).exec(text);
  }

  /** Where the leftmost match ends; -1 without one. */
  end(text: string, from: number): number {
    if (from > 0 && this.#isGuarded(text, from)) {
      const sticky = this.#at(text, from);
      if (sticky.test(text)) return sticky.lastIndex;
    }
    const search = this.#after(from);
    return search.test(text) ? search.lastIndex : -1;
  }

  /** Whether the search would pass over `from` because of the character before it. */
  #isGuarded(text: string, from: number): boolean {
    const { guard } = this.#plan;
    return (
      guard !== undefined && from <= text.length && ((guard >> BigInt(text.charCodeAt(from - 1))) & 1n) !== 0n
    );
  }

  #after(from: number): RegExp {
    if (this.#search === undefined) {
      const { guard } = this.#plan;
      const before = guard === undefined ? "" : `(?<!${charClass(guard, this.#limit)})`;
      this.#search = new RegExp(before + this.#body, `g${this.#flags}`);
    }
    this.#search.lastIndex = from;
    return this.#search;
  }

  #at(text: string, from: number): RegExp {
    this.#sticky ??= new RegExp(this.#body, `y${this.#flags}`);
    this.#sticky.lastIndex = Math.min(from, text.length);
    return this.#sticky;
  }
}

/** Line ends are newlines only, which JavaScript's own "m" does not say. */
const ASSERTS: Readonly<Record<AssertKind, string>> = {
  lineStart: "(?<![^\\n])",
  lineEnd: "(?![^\\n])",
  textStart: "^",
  textEnd: "$",
  wordStart: "\\b(?=\\w)",
  wordEnd: "\\b(?<=\\w)",
  wordEdge: "\\b",
  notWordEdge: "\\B",
  notAfterWord: "(?<!\\w)",
  notBeforeWord: "(?!\\w)",
};

/** The expression as JavaScript writes it, to be used without the flags i, m, s and u. */
function translate(node: RegexNode, options: PlanOptions): string {
  switch (node.type) {
    case "set":
      return charClass(maskOf(node.set, options.limit), options.limit);
    case "sequence":
      return node.items.map((item) => atom(item, options)).join("");
    case "choice":
      return `(?:${node.items.map((item) => translate(item, options)).join("|")})`;
    case "group":
      return `(${options.captures ? "" : "?:"}${translate(node.body, options)})`;
    case "repeat":
      return `(?:${translate(node.body, options)})${quantifier(node.min, node.max)}`;
    case "assert":
      if (node.kind === "lineStart" && !options.multiline) return ASSERTS.textStart;
      if (node.kind === "lineEnd" && !options.multiline) return ASSERTS.textEnd;
      return ASSERTS[node.kind];
    default:
      return "";
  }
}

const atom = (node: RegexNode, options: PlanOptions): string =>
  node.type === "sequence" ? `(?:${translate(node, options)})` : translate(node, options);

function quantifier(min: number, max: number): string {
  if (max === Infinity) return min === 0 ? "*" : min === 1 ? "+" : `{${min},}`;
  return min === 0 && max === 1 ? "?" : `{${min},${max}}`;
}

function charClass(mask: Mask, limit: number): string {
  const ranges: string[] = [];
  for (let code = 0; code < limit; code++) {
    if (!isIn(mask, code)) continue;
    let end = code;
    while (end + 1 < limit && isIn(mask, end + 1)) end++;
    ranges.push(end === code ? hex(code) : `${hex(code)}-${hex(end)}`);
    code = end;
  }
  return ranges.length === 1 && !ranges[0]!.includes("-") ? ranges[0]! : `[${ranges.join("")}]`;
}

const isIn = (mask: Mask, code: number): boolean => ((mask >> BigInt(code)) & 1n) !== 0n;
const hex = (code: number): string => `\\x${code.toString(16).padStart(2, "0")}`;
