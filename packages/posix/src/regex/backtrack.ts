// The engine for what no automaton can do: back-references, look-around, lazy repetition. Its time is not bounded by
// the length of the text, so it runs in slices and, for Perl's syntax, gives up as PCRE does.

import type { Alphabet } from "./alphabet.ts";
import { assertionHolds } from "./assertions.ts";
import { OP, type RegexProgram } from "./program.ts";
import type { Spans } from "./search.ts";

const SLICE_STEPS = 100_000;
const LOOK_STEPS = 500_000;
/** How many steps are spent looking for a longer match once one is found. */
const LONGER_STEPS = 50_000;

/** A match that was given up: PCRE's "backtracking limit". */
export class RegexLimitError extends Error {}

export interface BacktrackOptions {
  multiline: boolean;
  icase: boolean;
  /** Find POSIX's leftmost-longest match instead of the first in order of preference. */
  longest: boolean;
  /** Steps after which a search is given up. */
  limit: number;
}

export class Backtracker {
  readonly overrun = 0;
  readonly program: RegexProgram;
  readonly alphabet: Alphabet;
  readonly options: BacktrackOptions;
  #text = "";
  #begin = 0;
  #spans: number[] = [];
  #registers: number[] = [];
  /** Alternatives: node and position; or a value to put back: value, slot, -1 (spans) or -2 (registers). */
  #stack: number[] = [];
  #steps = 0;
  #stepsLeftForLonger = 0;
  #best: Spans | undefined;
  #done = true;
  result: Spans | undefined;

  constructor(program: RegexProgram, alphabet: Alphabet, options: BacktrackOptions) {
    this.program = program;
    this.alphabet = alphabet;
    this.options = options;
  }

  begin(text: string, from: number): void {
    this.#text = text;
    this.#steps = 0;
    this.#done = false;
    this.result = undefined;
    this.#start(from);
  }

  #start(from: number): void {
    this.#begin = from;
    this.#best = undefined;
    this.#stepsLeftForLonger = LONGER_STEPS;
    this.#spans = new Array(2 + this.program.groups * 2).fill(-1);
    this.#registers = new Array(this.program.registers).fill(-1);
    this.#stack = [this.program.start, from];
  }

  run(): boolean {
    const until = this.#steps + SLICE_STEPS;
    while (!this.#done) {
      if (this.#steps > this.options.limit) throw new RegexLimitError("exceeded PCRE's backtracking limit");
      if (this.#steps > until) return false;
      this.#tryBegin(until);
    }
    return true;
  }

  #tryBegin(until: number): void {
    while (this.#stack.length > 0) {
      const end = this.#path(this.#stack);
      if (end >= 0 && this.#accepted(end)) break;
      if (this.#best !== undefined && this.#stepsLeftForLonger < 0) break;
      if (this.#steps > until) return;
    }
    if (this.#best !== undefined || this.#begin >= this.#text.length) {
      this.result = this.#best;
      this.#done = true;
      return;
    }
    this.alphabet.classAt(this.#text, this.#begin);
    this.#start(this.#begin + this.alphabet.width);
    this.#steps++;
  }

  /** Records a match. @returns true if no other is wanted */
  #accepted(end: number): boolean {
    if (this.#best === undefined || end > this.#best[1]!) {
      this.#best = [...this.#spans];
      this.#best[0] = this.#begin;
      this.#best[1] = end;
    }
    return !this.options.longest || end === this.#text.length;
  }

  /** Follows one path from the top of the stack. @returns where it accepts, or -1 */
  #path(stack: number[]): number {
    let at = stack.pop()!;
    if (at < 0) {
      const slot = stack.pop()!;
      (at === -1 ? this.#spans : this.#registers)[slot] = stack.pop()!;
      return -1;
    }
    let node = stack.pop()!;
    const { op, next, other, arg } = this.program;
    for (;;) {
      this.#steps++;
      if (this.#best !== undefined) this.#stepsLeftForLonger--;
      switch (op[node]) {
        case OP.accept:
          return at;
        case OP.set: {
          if (at >= this.#text.length) return -1;
          const cls = this.alphabet.classAt(this.#text, at);
          if (this.alphabet.members[arg[node]!]![cls] === 0) return -1;
          at += this.alphabet.width;
          break;
        }
        case OP.split:
          stack.push(other[node]!, at);
          break;
        case OP.save:
          stack.push(this.#spans[arg[node]!]!, arg[node]!, -1);
          this.#spans[arg[node]!] = at;
          break;
        case OP.assert:
          if (!this.#holds(arg[node]!, at)) return -1;
          break;
        case OP.backReference:
          at = this.#matchGroup(arg[node]!, at);
          if (at < 0) return -1;
          break;
        case OP.look:
          at = this.#look(arg[node]!, at);
          if (at < 0) return -1;
          break;
        case OP.loopMark:
          stack.push(this.#registers[arg[node]!]!, arg[node]!, -2);
          this.#registers[arg[node]!] = at;
          break;
        case OP.loopTest: {
          const exit = this.#exitOf(node);
          if (this.#registers[arg[node]!] === at) {
            node = exit;
            continue;
          }
          stack.push(other[node]!, at);
          break;
        }
      }
      node = next[node]!;
    }
  }

  /** The way of a loop's test that does not lead to its mark. */
  #exitOf(node: number): number {
    const { op, next, other, arg } = this.program;
    const again = next[node]!;
    const isMark = op[again] === OP.loopMark && arg[again] === arg[node];
    return isMark ? other[node]! : again;
  }

  #holds(assert: number, at: number): boolean {
    const { alphabet } = this;
    const before = alphabet.kindBefore(this.#text, at);
    return assertionHolds(assert, before, alphabet.kindAt(this.#text, at), this.options.multiline);
  }

  #matchGroup(index: number, at: number): number {
    const [start, end] = [this.#spans[index * 2]!, this.#spans[index * 2 + 1]!];
    if (start < 0 || end < 0) return -1;
    const length = end - start;
    this.#steps += length >> 4;
    if (this.#text.startsWith(this.#text.slice(start, end), at)) return at + length;
    if (!this.options.icase) return -1;
    const [a, b] = [this.#text.slice(start, end), this.#text.slice(at, at + length)];
    return a.toLowerCase() === b.toLowerCase() ? at + length : -1;
  }

  /** Where matching goes on if the look-around holds at `at`, or -1. */
  #look(index: number, at: number): number {
    const { start, behind, negate, atomic } = this.program.looks[index]!;
    const spans = [...this.#spans];
    let end = -1;
    if (behind) {
      for (let from = at; from >= 0 && end !== at; from--) end = this.#runLook(start, from, at);
      if (end !== at) end = -1;
    } else end = this.#runLook(start, at, -1);
    if (negate || end < 0) this.#spans = spans;
    if (end >= 0 === negate) return -1;
    return atomic ? end : at;
  }

  /** Runs a look-around's own program from `from`; only ends at `wanted` count, unless it is -1. */
  #runLook(start: number, from: number, wanted: number): number {
    const stack = [start, from];
    const limit = this.#steps + LOOK_STEPS;
    while (stack.length > 0) {
      const end = this.#path(stack);
      if (end >= 0 && (wanted < 0 || end === wanted)) return end;
      if (this.#steps > limit) throw new RegexLimitError("exceeded PCRE's backtracking limit");
    }
    return -1;
  }
}
