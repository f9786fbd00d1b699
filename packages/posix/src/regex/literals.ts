// Strings that every match must contain, to rule texts out with a plain string search before any automaton runs.

import type { RegexNode } from "./ast.ts";
import type { CharSet } from "./char-set.ts";
import type { RegexOptions } from "./syntax.ts";

export interface Literals {
  /** Each match holds at least one of these. Never empty strings. */
  readonly any: readonly string[];
  /** The matches are exactly these strings. */
  readonly exact: boolean;
}

const MAX_ALTERNATIVES = 16;

interface Facts {
  /** Set when the node matches exactly this string. */
  whole: string | undefined;
  /** The best strings of which one must occur. */
  best: readonly string[];
}

/** undefined when nothing is required. The strings are in the text's encoding. */
export function requiredLiterals(node: RegexNode, encoding: RegexOptions["encoding"]): Literals | undefined {
  const facts = analyse(node);
  const exact = facts.whole !== undefined;
  const choice = !exact && node.type === "choice" ? node.items.map((item) => analyse(item).whole) : undefined;
  const any = exact ? [facts.whole!] : facts.best;
  if (any.length === 0 || any.some((text) => text === "")) return undefined;
  return {
    any: encoding === "utf8" ? any.map(utf8Units) : any,
    exact: exact || (choice?.every((text) => text !== undefined && text !== "") ?? false),
  };
}

function analyse(node: RegexNode): Facts {
  switch (node.type) {
    case "empty":
      return { whole: "", best: [] };
    case "set":
      return charFacts(node.set);
    case "group":
      return analyse(node.body);
    case "sequence":
      return sequenceFacts(node.items);
    case "choice":
      return choiceFacts(node.items);
    case "repeat":
      return node.min > 0 ? { whole: undefined, best: analyse(node.body).best } : NOTHING;
    default:
      return NOTHING;
  }
}

const NOTHING: Facts = { whole: undefined, best: [] };

function charFacts(set: CharSet): Facts {
  if (set.length !== 2 || set[0] !== set[1]) return NOTHING;
  const text = String.fromCodePoint(set[0]!);
  return { whole: text, best: [text] };
}

function sequenceFacts(items: RegexNode[]): Facts {
  let run = "";
  let whole = true;
  let best: readonly string[] = [];
  for (const item of items) {
    const facts = analyse(item);
    if (facts.whole !== undefined) {
      run += facts.whole;
      continue;
    }
    whole = false;
    best = better(best, run === "" ? [] : [run]);
    best = better(best, facts.best);
    run = "";
  }
  if (whole) return { whole: run, best: run === "" ? [] : [run] };
  return { whole: undefined, best: better(best, run === "" ? [] : [run]) };
}

function choiceFacts(items: RegexNode[]): Facts {
  const all: string[] = [];
  for (const item of items) {
    const { best } = analyse(item);
    if (best.length === 0) return NOTHING;
    all.push(...best);
  }
  return all.length > MAX_ALTERNATIVES ? NOTHING : { whole: undefined, best: all };
}

/** Fewer and longer strings filter better. */
function better(a: readonly string[], b: readonly string[]): readonly string[] {
  if (a.length === 0 || b.length === 0) return a.length === 0 ? b : a;
  const score = (list: readonly string[]) => Math.min(...list.map((text) => text.length)) / list.length;
  return score(b) > score(a) ? b : a;
}

function utf8Units(text: string): string {
  let out = "";
  for (const char of text) {
    const code = char.codePointAt(0)!;
    if (code < 0x80) out += char;
    else if (code >= 0xdc80 && code <= 0xdcff) out += String.fromCharCode(code - 0xdc00);
    else
      out += encodeURIComponent(char).replaceAll(/%(..)/g, (_, hex) =>
        String.fromCharCode(Number.parseInt(hex, 16)),
      );
  }
  return out;
}
