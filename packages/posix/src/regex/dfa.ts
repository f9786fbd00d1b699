// A deterministic automaton built lazily from a program, in either direction. A state is a set of program nodes and
// the kind of the character just passed, because assertions look at both neighbours.

import { type Alphabet, KINDS } from "./alphabet.ts";
import { assertionHolds } from "./assertions.ts";
import { OP, type RegexProgram } from "./program.ts";

export class DfaState {
  /** Sorted. Forward: where control stands; backward: the nodes whose character was just passed. */
  readonly core: readonly number[];
  readonly kind: number;
  /** By class of the next character. */
  next: (DfaState | undefined)[] = [];
  /** Bit k: accepts here if the next character is of kind k. */
  accept = 0;
  readonly closures: (readonly number[] | undefined)[] = [];

  constructor(core: readonly number[], kind: number) {
    this.core = core;
    this.kind = kind;
  }

  get dead(): boolean {
    return this.core.length === 0;
  }
}

interface Edge {
  set: number;
  target: number;
}

/** The size of all states together, in nodes, beyond which they are dropped and built anew. */
const MAX_CACHED = 300_000;

export class Dfa {
  readonly program: RegexProgram;
  readonly alphabet: Alphabet;
  readonly forward: boolean;
  /** Matches may begin at any position, not only the first. */
  readonly floating: boolean;
  readonly multiline: boolean;
  /** How much work may still be done before others should run; building a state costs its size. */
  fuel = 0;
  readonly #epsilon: number[][];
  readonly #edges: Edge[][];
  readonly #seed: number;
  readonly #goal: number;
  readonly #states = new Map<string, DfaState>();
  readonly #marks: Int32Array;
  #mark = 0;
  #cached = 0;

  constructor(
    program: RegexProgram,
    alphabet: Alphabet,
    options: { forward: boolean; floating: boolean; multiline: boolean },
  ) {
    this.program = program;
    this.alphabet = alphabet;
    this.forward = options.forward;
    this.floating = options.floating;
    this.multiline = options.multiline;
    this.#seed = this.forward ? program.start : program.accept;
    this.#goal = this.forward ? program.accept : program.start;
    this.#epsilon = program.op.map(() => []);
    this.#edges = program.op.map(() => []);
    this.#marks = new Int32Array(program.op.length);
    this.#link();
  }

  #link(): void {
    const { op, next, other, arg } = this.program;
    for (let node = 0; node < op.length; node++) {
      if (op[node] === OP.accept) continue;
      if (op[node] === OP.set) {
        const edge = { set: arg[node]!, target: this.forward ? next[node]! : node };
        this.#edges[this.forward ? node : next[node]!]!.push(edge);
        continue;
      }
      for (const successor of [next[node]!, other[node]!]) {
        if (successor < 0) continue;
        if (this.forward) this.#epsilon[node]!.push(successor);
        else this.#epsilon[successor]!.push(node);
      }
    }
  }

  /** The state before anything was passed; `kind` is that of the character behind. */
  initial(kind: number): DfaState {
    return this.#state([this.#seed], kind);
  }

  step(state: DfaState, cls: number): DfaState {
    const kind = this.alphabet.kinds[cls]!;
    const closure = this.#closure(state, kind);
    const { members } = this.alphabet;
    const mark = ++this.#mark;
    const core: number[] = [];
    for (const node of closure) {
      for (const { set, target } of this.#edges[node]!) {
        if (members[set]![cls] === 0 || this.#marks[target] === mark) continue;
        this.#marks[target] = mark;
        core.push(target);
      }
    }
    if (this.floating && this.#marks[this.#seed] !== mark) core.push(this.#seed);
    this.fuel -= closure.length + core.length * 4 + 16;
    const result = this.#state(
      core.sort((a, b) => a - b),
      kind,
    );
    state.next[cls] = result;
    return result;
  }

  #state(core: number[], kind: number): DfaState {
    const key = `${kind} ${core.join()}`;
    const known = this.#states.get(key);
    if (known !== undefined) return known;
    if (this.#cached > MAX_CACHED) this.#forget();
    const state = new DfaState(core, kind);
    state.next = new Array(this.alphabet.size);
    this.#cached += core.length + this.alphabet.size;
    for (let other = 0; other < KINDS; other++) {
      if (!this.program.hasAsserts && other !== this.alphabet.edgeKind) continue;
      if (this.#closure(state, other).includes(this.#goal)) state.accept |= 1 << other;
    }
    this.#states.set(key, state);
    return state;
  }

  #forget(): void {
    for (const state of this.#states.values()) state.next = new Array(this.alphabet.size);
    this.#states.clear();
    this.#cached = 0;
  }

  /** All nodes that control reaches from the state's core if the character ahead is of kind `ahead`. */
  #closure(state: DfaState, ahead: number): readonly number[] {
    const known = state.closures[ahead];
    if (known !== undefined) return known;
    const [before, after] = this.forward ? [state.kind, ahead] : [ahead, state.kind];
    const mark = ++this.#mark;
    const out: number[] = [];
    for (const node of state.core) this.#enter(node, mark, before, after, out, state.core);
    for (let i = 0; i < out.length; i++) {
      if (this.forward && !this.#passes(out[i]!, before, after)) continue;
      for (const successor of this.#epsilon[out[i]!]!) this.#enter(successor, mark, before, after, out);
    }
    this.fuel -= out.length;
    state.closures[ahead] = out;
    this.#cached += out.length;
    return out;
  }

  #enter(node: number, mark: number, before: number, after: number, out: number[], core?: unknown): void {
    if (this.#marks[node] === mark) return;
    if (!this.forward && core === undefined && !this.#passes(node, before, after)) return;
    this.#marks[node] = mark;
    out.push(node);
  }

  #passes(node: number, before: number, after: number): boolean {
    const { op, arg } = this.program;
    return op[node] !== OP.assert || assertionHolds(arg[node]!, before, after, this.multiline);
  }
}
