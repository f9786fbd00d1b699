import type { CharSet } from "./char-set.ts";

export type AssertKind =
  | "lineStart"
  | "lineEnd"
  | "textStart"
  | "textEnd"
  | "wordStart"
  | "wordEnd"
  | "wordEdge"
  | "notWordEdge"
  /** No word character before, after. */
  | "notAfterWord"
  | "notBeforeWord";

export type RegexNode =
  | { type: "empty" }
  | { type: "set"; set: CharSet }
  | { type: "sequence"; items: RegexNode[] }
  | { type: "choice"; items: RegexNode[] }
  /** `max` is Infinity for no bound. */
  | { type: "repeat"; body: RegexNode; min: number; max: number; lazy: boolean }
  | { type: "group"; body: RegexNode; index: number }
  | { type: "backReference"; index: number }
  | { type: "assert"; kind: AssertKind }
  /** Perl only: (?=…) (?!…) (?<=…) (?<!…) and the atomic (?>…), which also consumes. */
  | { type: "look"; body: RegexNode; behind: boolean; negate: boolean; atomic: boolean };

export interface ParsedRegex {
  node: RegexNode;
  groups: number;
  /** Names of named groups (Perl), by index. */
  names: ReadonlyMap<string, number>;
}

export const EMPTY: RegexNode = { type: "empty" };

export function sequence(items: RegexNode[]): RegexNode {
  return items.length === 1 ? items[0]! : items.length === 0 ? EMPTY : { type: "sequence", items };
}

export function choice(items: RegexNode[]): RegexNode {
  return items.length === 1 ? items[0]! : { type: "choice", items };
}
