// Finds leftmost-longest matches in time linear in the text (times the size of the pattern, while new states are
// built), in slices, so that a search can be interrupted. The plan: try the automaton at each position where a match
// could begin; once that has cost too much, mark all beginnings in one pass from the end; finally resolve the groups
// backwards.

import type { Alphabet } from "./alphabet.ts";
import { Dfa, type DfaState } from "./dfa.ts";
import type { RegexProgram } from "./program.ts";
import { resolveGroups } from "./resolve-groups.ts";

/** Offsets of the whole match and of each group: start and end in turn, -1 where a group took no part. */
export type Spans = number[];

const SLICE_CHARS = 1 << 20;
const SLICE_FUEL = 1 << 17;

type Phase = "candidate" | "attempt" | "markStarts" | "resolve" | "done";

export class Search {
  readonly program: RegexProgram;
  readonly alphabet: Alphabet;
  readonly multiline: boolean;
  /** By class: whether a match can begin with it; undefined when any can, or none is needed. */
  readonly #first: Uint8Array | undefined;
  readonly #anchored: boolean;
  #forwardDfa: Dfa | undefined;
  #startsDfa: Dfa | undefined;
  #groupsDfa: Dfa | undefined;
  #text = "";
  #phase: Phase = "done";
  #state!: DfaState;
  #at = 0;
  #begin = 0;
  #best = -1;
  #charge = 0;
  #starts: Uint8Array | undefined;
  #startsText: string | undefined;
  #trail: DfaState[] = [];
  result: Spans | undefined;
  /** How many characters were read beyond the end of the match. */
  overrun = 0;

  constructor(program: RegexProgram, alphabet: Alphabet, multiline: boolean) {
    this.program = program;
    this.alphabet = alphabet;
    this.multiline = multiline;
    const start = this.#forward.initial(alphabet.edgeKind);
    this.#anchored = !multiline && beginsAtTextStart(program);
    this.#first = start.accept === 0 ? firstClasses(this.#forward, alphabet) : undefined;
  }

  get #forward(): Dfa {
    return (this.#forwardDfa ??= this.#dfa(true, false));
  }

  #dfa(forward: boolean, floating: boolean): Dfa {
    return new Dfa(this.program, this.alphabet, { forward, floating, multiline: this.multiline });
  }

  /** Prepares to find the first match that begins at or after `from`. */
  begin(text: string, from: number): void {
    this.#text = text;
    this.#begin = from;
    this.#charge = 2 * (text.length - from) + 256;
    this.#phase = "candidate";
    this.result = undefined;
    this.overrun = 0;
    if (this.#startsText !== text) this.#startsText = this.#starts = undefined;
  }

  /** Works for one slice; true when `result` is there. */
  run(): boolean {
    let fuelled = true;
    while (fuelled) {
      switch (this.#phase) {
        case "candidate":
          this.#candidate();
          break;
        case "attempt":
          fuelled = this.#attempt();
          break;
        case "markStarts":
          fuelled = this.#markStarts();
          break;
        case "resolve":
          fuelled = this.#resolve();
          break;
        case "done":
          return true;
      }
    }
    return false;
  }

  #candidate(): void {
    const begin = this.#nextCandidate();
    if (begin < 0) {
      this.#phase = "done";
      return;
    }
    this.#begin = this.#at = begin;
    this.#best = -1;
    this.#state = this.#forward.initial(this.alphabet.kindBefore(this.#text, begin));
    this.#phase = "attempt";
  }

  #nextCandidate(): number {
    const text = this.#text;
    if (this.#begin > text.length) return -1;
    if (this.#anchored) return this.#begin === 0 ? 0 : -1;
    if (this.#starts !== undefined) return this.#starts.indexOf(1, this.#begin);
    const first = this.#first;
    if (first === undefined) return this.#begin;
    const { ascii } = this.alphabet;
    for (let i = this.#begin; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      if (unit < 128) {
        if (first[ascii[unit]!] !== 0) return i;
      } else {
        if (first[this.alphabet.classAt(text, i)] !== 0) return i;
        i += this.alphabet.width - 1;
      }
    }
    return -1;
  }

  /** Runs the automaton from the candidate as far as it goes. */
  #attempt(): boolean {
    const dfa = this.#forward;
    const { alphabet } = this;
    const { ascii, kinds } = alphabet;
    const text = this.#text;
    const stop = Math.min(text.length, this.#at + SLICE_CHARS);
    let state = this.#state;
    let at = this.#at;
    dfa.fuel = SLICE_FUEL;
    while (at < stop) {
      const unit = text.charCodeAt(at);
      let cls: number;
      let width = 1;
      if (unit < 128) cls = ascii[unit]!;
      else {
        cls = alphabet.classAt(text, at);
        width = alphabet.width;
      }
      if (state.accept !== 0 && ((state.accept >> kinds[cls]!) & 1) !== 0) this.#best = at;
      let next = state.next[cls];
      if (next === undefined) {
        if (dfa.fuel < 0) break;
        next = dfa.step(state, cls);
      }
      if (next.core.length === 0) return this.#attempted(at + width);
      state = next;
      at += width;
    }
    this.#state = state;
    this.#at = at;
    if (at < text.length) return false;
    if (((state.accept >> alphabet.edgeKind) & 1) !== 0) this.#best = at;
    return this.#attempted(at);
  }

  #attempted(at: number): boolean {
    if (this.#best >= 0) {
      this.overrun += at - this.#best;
      this.#matched();
      return true;
    }
    const text = this.#text;
    this.overrun += at - this.#begin;
    this.#charge -= at - this.#begin;
    if (this.#begin < text.length) this.alphabet.classAt(text, this.#begin);
    else this.alphabet.width = 1;
    this.#begin += this.alphabet.width;
    this.#phase = "candidate";
    if (this.#charge < 0 && this.#starts === undefined && !this.#anchored) this.#prepareStarts();
    return true;
  }

  #matched(): void {
    this.result = [this.#begin, this.#best];
    if (this.program.groups === 0) {
      this.#phase = "done";
      return;
    }
    this.#groupsDfa ??= this.#dfa(false, false);
    this.#at = this.#best;
    this.#state = this.#groupsDfa.initial(this.alphabet.kindAt(this.#text, this.#best));
    this.#trail = [];
    this.#phase = "resolve";
  }

  #prepareStarts(): void {
    this.#startsDfa ??= this.#dfa(false, true);
    this.#startsText = this.#text;
    this.#starts = new Uint8Array(this.#text.length + 1);
    this.#at = this.#text.length;
    this.#state = this.#startsDfa.initial(this.alphabet.edgeKind);
    this.#phase = "markStarts";
  }

  /** Marks every position where a match can begin, from the end of the text backwards. */
  #markStarts(): boolean {
    const dfa = this.#startsDfa!;
    const starts = this.#starts!;
    const { alphabet } = this;
    const text = this.#text;
    const stop = Math.max(0, this.#at - SLICE_CHARS);
    let state = this.#state;
    let at = this.#at;
    dfa.fuel = SLICE_FUEL;
    while (at > stop) {
      const cls = alphabet.classBefore(text, at);
      const { width } = alphabet;
      let next = state.next[cls];
      if (next === undefined) {
        if (dfa.fuel < 0) break;
        next = dfa.step(state, cls);
      }
      if (((state.accept >> alphabet.kinds[cls]!) & 1) !== 0) starts[at] = 1;
      state = next;
      at -= width;
    }
    this.#state = state;
    this.#at = at;
    if (at > 0) return false;
    if (((state.accept >> alphabet.edgeKind) & 1) !== 0) starts[0] = 1;
    this.#phase = "candidate";
    return true;
  }

  /** Records the backward states over the match; the groups are then read off them. */
  #resolve(): boolean {
    const dfa = this.#groupsDfa!;
    const { alphabet } = this;
    const text = this.#text;
    const begin = this.#begin;
    const stop = Math.max(begin, this.#at - SLICE_CHARS);
    let state = this.#state;
    let at = this.#at;
    dfa.fuel = SLICE_FUEL;
    this.#trail[at - begin] = state;
    while (at > stop) {
      const cls = alphabet.classBefore(text, at);
      const { width } = alphabet;
      let next = state.next[cls];
      if (next === undefined) {
        if (dfa.fuel < 0) break;
        next = dfa.step(state, cls);
      }
      state = next;
      at -= width;
      this.#trail[at - begin] = state;
    }
    this.#state = state;
    this.#at = at;
    if (at > begin) return false;
    this.result = resolveGroups(this.program, alphabet, this.multiline, text, begin, this.#best, this.#trail);
    this.#trail = [];
    this.#phase = "done";
    return true;
  }
}

function beginsAtTextStart(program: RegexProgram): boolean {
  const { op, next, other, arg } = program;
  const seen = new Set<number>();
  const pending = [program.start];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    if (op[node] === 3 && (arg[node] === 0 || arg[node] === 2)) continue;
    if (op[node] === 0 || op[node] === 4) return false;
    pending.push(next[node]!);
    if (other[node]! >= 0) pending.push(other[node]!);
  }
  return true;
}

function firstClasses(dfa: Dfa, alphabet: Alphabet): Uint8Array | undefined {
  if (dfa.program.hasAsserts || alphabet.size > 400) return undefined;
  const state = dfa.initial(alphabet.edgeKind);
  const out = new Uint8Array(alphabet.size);
  for (let cls = 0; cls < alphabet.size; cls++) out[cls] = dfa.step(state, cls).dead ? 0 : 1;
  return out;
}
