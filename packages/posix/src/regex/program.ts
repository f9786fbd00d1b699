// A pattern as a graph of small nodes (Thompson's construction). Every engine runs on this one form.

import type { AssertKind, RegexNode } from "./ast.ts";
import type { CharSet } from "./char-set.ts";
import { RegexError } from "./regex-error.ts";

/** What a node does before control goes on to `next`. */
export const OP = {
  /** Consumes one character of `sets[arg]`. */
  set: 0,
  /** Goes to `next`, or else to `other`: the order is the preference. */
  split: 1,
  /** Notes the position in slot `arg`. */
  save: 2,
  /** Goes on only where assertion `arg` holds. */
  assert: 3,
  accept: 4,
  /** Consumes what group `arg` matched. */
  backReference: 5,
  /** Goes on only if the look-around `looks[arg]` holds. */
  look: 6,
  /** Records in register `arg` where an iteration that may match nothing begins. */
  loopMark: 7,
  /** A split that does not begin another iteration if the last one, according to register `arg`, matched nothing. */
  loopTest: 8,
} as const;

export interface Look {
  start: number;
  behind: boolean;
  negate: boolean;
  atomic: boolean;
}

export interface RegexProgram {
  readonly op: number[];
  readonly next: number[];
  readonly other: number[];
  readonly arg: number[];
  readonly sets: CharSet[];
  readonly looks: Look[];
  readonly start: number;
  readonly accept: number;
  readonly groups: number;
  readonly registers: number;
  readonly hasAsserts: boolean;
  /** Contains back-references or look-around: only the backtracking engine can run it. */
  readonly irregular: boolean;
}

const ASSERTS: readonly AssertKind[] = [
  "lineStart",
  "lineEnd",
  "textStart",
  "textEnd",
  "wordStart",
  "wordEnd",
  "wordEdge",
  "notWordEdge",
  "notAfterWord",
  "notBeforeWord",
];

const MAX_NODES = 60_000;

export function buildProgram(node: RegexNode, groups: number, captures: boolean): RegexProgram {
  return new Builder(captures || isIrregular(node)).build(node, groups);
}

function isIrregular(node: RegexNode): boolean {
  switch (node.type) {
    case "backReference":
    case "look":
      return true;
    case "sequence":
    case "choice":
      return node.items.some(isIrregular);
    case "repeat":
      return node.lazy || isIrregular(node.body);
    case "group":
      return isIrregular(node.body);
    default:
      return false;
  }
}

export function isNullable(node: RegexNode): boolean {
  switch (node.type) {
    case "set":
      return false;
    case "sequence":
      return node.items.every(isNullable);
    case "choice":
      return node.items.some(isNullable);
    case "repeat":
      return node.min === 0 || isNullable(node.body);
    case "group":
      return isNullable(node.body);
    case "look":
      return !node.atomic || isNullable(node.body);
    default:
      return true;
  }
}

class Builder {
  readonly captures: boolean;
  readonly op: number[] = [];
  readonly next: number[] = [];
  readonly other: number[] = [];
  readonly arg: number[] = [];
  readonly sets: CharSet[] = [];
  readonly looks: Look[] = [];
  registers = 0;
  hasAsserts = false;
  irregular = false;

  constructor(captures: boolean) {
    this.captures = captures;
  }

  build(node: RegexNode, groups: number): RegexProgram {
    const accept = this.node(OP.accept, -1);
    const start = this.emit(node, accept);
    const { op, next, other, arg, sets, looks, registers, hasAsserts, irregular } = this;
    const counted = this.captures ? groups : 0;
    return {
      op,
      next,
      other,
      arg,
      sets,
      looks,
      start,
      accept,
      groups: counted,
      registers,
      hasAsserts,
      irregular,
    };
  }

  node(op: number, next: number, other = -1, arg = 0): number {
    if (this.op.length >= MAX_NODES) throw new RegexError("REG_ESIZE", 0);
    this.op.push(op);
    this.next.push(next);
    this.other.push(other);
    this.arg.push(arg);
    return this.op.length - 1;
  }

  /** Emits `node` so that control goes on to `next` after it; answers its entry. */
  emit(node: RegexNode, next: number): number {
    switch (node.type) {
      case "empty":
        return next;
      case "set":
        return this.node(OP.set, next, -1, this.sets.push(node.set) - 1);
      case "sequence":
        return node.items.reduceRight((after, item) => this.emit(item, after), next);
      case "choice":
        return this.choice(node.items, next);
      case "repeat":
        return this.repeat(node, next);
      case "group":
        return this.group(node, next);
      case "assert":
        this.hasAsserts = true;
        return this.node(OP.assert, next, -1, ASSERTS.indexOf(node.kind));
      case "backReference":
        this.irregular = true;
        return this.node(OP.backReference, next, -1, node.index);
      case "look": {
        this.irregular = true;
        const start = this.emit(node.body, this.node(OP.accept, -1));
        const { behind, negate, atomic } = node;
        return this.node(OP.look, next, -1, this.looks.push({ start, behind, negate, atomic }) - 1);
      }
    }
  }

  choice(items: RegexNode[], next: number): number {
    let entry = this.emit(items.at(-1)!, next);
    for (let i = items.length - 2; i >= 0; i--)
      entry = this.node(OP.split, this.emit(items[i]!, next), entry);
    return entry;
  }

  group(node: RegexNode & { type: "group" }, next: number): number {
    if (!this.captures) return this.emit(node.body, next);
    const end = this.node(OP.save, next, -1, node.index * 2 + 1);
    return this.node(OP.save, this.emit(node.body, end), -1, node.index * 2);
  }

  repeat({ body, min, max, lazy }: RegexNode & { type: "repeat" }, next: number): number {
    if (body.type === "empty") return next;
    let entry = next;
    let copies = min;
    if (lazy) this.irregular = true;
    if (max === Infinity) {
      entry = this.loop(body, next, lazy);
      if (min === 0) entry = this.branch(entry, next, lazy);
      else copies = min - 1;
    } else {
      for (let i = min; i < max; i++) entry = this.branch(this.emit(body, entry), next, lazy);
    }
    for (let i = 0; i < copies; i++) entry = this.emit(body, entry);
    return entry;
  }

  branch(body: number, skip: number, lazy: boolean): number {
    return lazy ? this.node(OP.split, skip, body) : this.node(OP.split, body, skip);
  }

  /** One or more of `body`. */
  loop(body: RegexNode, next: number, lazy: boolean): number {
    if (!isNullable(body)) {
      const again = this.branch(-1, next, lazy);
      const entry = this.emit(body, again);
      if (lazy) this.other[again] = entry;
      else this.next[again] = entry;
      return entry;
    }
    const register = this.registers++;
    const test = lazy
      ? this.node(OP.loopTest, next, -1, register)
      : this.node(OP.loopTest, -1, next, register);
    const entry = this.node(OP.loopMark, this.emit(body, test), -1, register);
    if (lazy) this.other[test] = entry;
    else this.next[test] = entry;
    return entry;
  }
}
