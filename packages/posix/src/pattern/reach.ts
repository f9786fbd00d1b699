// Matching by sets of positions: each item maps the set of positions reached so far to those reached after it, all at
// once, so that no pattern causes backtracking. Works in both directions; !(…) is simply a set difference.

import { contains } from "../regex/char-set.ts";
import type { PatternItem } from "./pattern-ast.ts";
import type { Slices } from "./slices.ts";

/** By position 0…length: 1 where it is reached. */
export type Positions = Uint8Array;

export interface ReachOptions {
  pathname: boolean;
  period: boolean;
}

/** Positions looked at in one slice. */
const SLICE = 1 << 20;

export class Reach {
  readonly text: string;
  readonly forward: boolean;
  readonly options: ReachOptions;
  #work = 0;

  constructor(text: string, forward: boolean, options: ReachOptions) {
    this.text = text;
    this.forward = forward;
    this.options = options;
  }

  /** The positions that `items` lead to from position `from`. */
  from(items: readonly PatternItem[], from: number): Slices<Positions> {
    const start = new Uint8Array(this.text.length + 1);
    start[from] = 1;
    return this.#all(items, start);
  }

  *#all(items: readonly PatternItem[], start: Positions): Slices<Positions> {
    let positions = start;
    for (let i = 0; i < items.length; i++) {
      this.#work += positions.length;
      if (this.#work > SLICE) {
        this.#work = 0;
        yield;
      }
      const item = items[this.forward ? i : items.length - 1 - i]!;
      if (item.type === "star") positions = this.#star(positions);
      else if (item.type === "group") {
        positions = yield* this.#group(item.operator, item.alternatives, positions);
      } else positions = this.#char(item, positions);
    }
    return positions;
  }

  #char(item: PatternItem, from: Positions): Positions {
    const out = new Uint8Array(from.length);
    for (let at = from.indexOf(1); at >= 0; at = from.indexOf(1, at + 1)) {
      const code = this.#codeAt(at);
      if (code < 0 || !this.#accepts(item, code, at)) continue;
      out[this.#next(at, code)] = 1;
    }
    return out;
  }

  #accepts(item: PatternItem, code: number, at: number): boolean {
    if (item.type === "char") return item.code === code;
    if (!this.#wild(code, at)) return false;
    return item.type === "any" || (item.type === "set" && contains(item.set, code));
  }

  /** Whether the character may be matched by a wildcard. */
  #wild(code: number, at: number): boolean {
    const { pathname, period } = this.options;
    if (pathname && code === 0x2f) return false;
    if (!period || code !== 0x2e) return true;
    const start = this.forward ? at : at - 1;
    return !(start === 0 || (pathname && this.text[start - 1] === "/"));
  }

  #star(from: Positions): Positions {
    const out = Uint8Array.from(from);
    const { length } = this.text;
    for (let at = this.forward ? 0 : length; at >= 0 && at <= length; ) {
      const code = this.#codeAt(at);
      if (code < 0) break;
      const next = this.#next(at, code);
      if (out[at] === 1 && this.#wild(code, at)) out[next] = 1;
      at = next;
    }
    return out;
  }

  *#group(operator: string, alternatives: PatternItem[][], from: Positions): Slices<Positions> {
    switch (operator) {
      case "@":
        return yield* this.#either(alternatives, from);
      case "?":
        return merge(yield* this.#either(alternatives, from), from);
      case "!":
        return yield* this.#others(alternatives, from);
      default: {
        const once = yield* this.#either(alternatives, from);
        let all = operator === "*" ? merge(once, from) : once;
        for (let latest = once; latest.includes(1); ) {
          const more = yield* this.#either(alternatives, latest);
          latest = more.map((reached, i) => (all[i] === 1 ? 0 : reached));
          all = merge(all, latest);
        }
        return all;
      }
    }
  }

  *#either(alternatives: PatternItem[][], from: Positions): Slices<Positions> {
    let reached = new Uint8Array(from.length);
    for (const items of alternatives) reached = merge(reached, yield* this.#all(items, from));
    return reached;
  }

  *#others(alternatives: PatternItem[][], from: Positions): Slices<Positions> {
    const out = new Uint8Array(from.length);
    for (let at = from.indexOf(1); at >= 0; at = from.indexOf(1, at + 1)) {
      const only = new Uint8Array(from.length);
      only[at] = 1;
      const excluded = yield* this.#either(alternatives, only);
      const reachable = this.#star(only);
      for (let i = 0; i < out.length; i++) if (reachable[i] === 1 && excluded[i] === 0) out[i] = 1;
    }
    return out;
  }

  /** The character ahead, in the direction of matching; -1 at the end. */
  #codeAt(at: number): number {
    if (this.forward) return this.text.codePointAt(at) ?? -1;
    if (at === 0) return -1;
    const unit = this.text.charCodeAt(at - 1);
    if ((unit & 0xfc00) !== 0xdc00 || at < 2) return unit;
    const code = this.text.codePointAt(at - 2)!;
    return code > 0xffff ? code : unit;
  }

  #next(at: number, code: number): number {
    const width = code > 0xffff ? 2 : 1;
    return this.forward ? at + width : at - width;
  }
}

function merge(a: Positions, b: Positions): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(a.length);
  for (let i = 0; i < out.length; i++) out[i] = a[i]! | b[i]!;
  return out;
}
