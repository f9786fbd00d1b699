// Decides which expressions JavaScript's own engine may run. That engine explores alternatives in order of preference
// and backtracks; it finds the longest match in bounded time only if the pattern leaves it no real choice, that is, if
// at each character at most one way goes on. Then reading on is always preferred to ending, and groups, which follow
// the order of preference in both engines, agree too. One loop may be ambiguous (`.*` in `.*=.*`) if the end of the
// match does not depend on it.

import type { RegexNode } from "./ast.ts";
import type { CharSet } from "./char-set.ts";
import {
  boundedLength,
  childrenOf,
  flatten,
  isSkippable,
  lengthOf,
  overlapOf,
  sizeOf,
  waysOf,
} from "./node-measures.ts";
import { isNullable } from "./program.ts";

export interface NativePlan {
  /**
   * Positions after one of these characters need not be tried: the pattern begins with a loop over them, so that a
   * match there could as well begin earlier.
   */
  readonly guard: Mask | undefined;
  /** The longest text for which the search is certain to be short. */
  readonly longest: number;
  /** Whether the plan is only valid for texts whose characters are all below the limit. */
  readonly bounded: boolean;
}

/** A set of characters below the limit, by bit. */
export type Mask = bigint;

export interface PlanOptions {
  /** Characters from here on are left to the other engine. */
  readonly limit: 128 | 256;
  readonly multiline: boolean;
  readonly captures: boolean;
  readonly groups: number;
}

const MAX_SIZE = 256;
/** How many overlapping attempts at one position still count as a constant. */
const MAX_OVERLAP = 64;
/** The most steps of a single search, which cannot be interrupted. */
const MAX_STEPS = 1 << 21;
const LONGEST = 1 << 18;
const LONGEST_QUADRATIC = 128;
/** Steps that a test may take at one position. */
const MAX_TEST_WORK = 256;
const NEWLINE: Mask = 1n << 10n;

type Repeat = RegexNode & { type: "repeat" };

/** undefined when the expression needs the other engine. */
export function planNative(node: RegexNode, options: PlanOptions): NativePlan | undefined {
  return new Planner(options).plan(node);
}

/**
 * A plan for merely asking whether there is a match. Then it does not matter which one is found, and a few choices do
 * no harm if none of them leads far.
 */
export function planNativeTest(node: RegexNode, options: PlanOptions): NativePlan | undefined {
  return new Planner({ ...options, captures: false }).planTest(node);
}

export function maskOf(set: CharSet, limit: number): Mask {
  let mask = 0n;
  for (let i = 0; i < set.length && set[i]! < limit; i += 2) {
    const [low, high] = [BigInt(set[i]!), BigInt(Math.min(set[i + 1]!, limit - 1))];
    mask |= (1n << (high + 1n)) - (1n << low);
  }
  return mask;
}

class Planner {
  readonly options: PlanOptions;
  readonly all: Mask;
  bounded = false;
  nextGroup = 1;
  readonly masks = new Map<CharSet, Mask>();

  constructor(options: PlanOptions) {
    this.options = options;
    this.all = (1n << BigInt(options.limit)) - 1n;
  }

  plan(node: RegexNode): NativePlan | undefined {
    if (!this.understands(node, false) || sizeOf(node) > MAX_SIZE) return undefined;
    if (this.nextGroup !== this.options.groups + 1) return undefined;
    const chain = flatten(node);
    const undecided = this.undecidedLoop(chain);
    if (undecided === undefined) return undefined;
    const critical = chain.slice(0, this.certainFrom(chain));
    const guard = critical.length === 0 ? undefined : this.guardOf(chain);
    if (undecided >= 0) {
      const retried = critical.slice(undecided + 1);
      if (!this.retriesAreFew(chain.slice(undecided + 1), retried)) return undefined;
    }
    const certain = chain.slice(critical.length);
    const linear = this.startsAreFew(chain, critical, guard) && this.readsLittleBeyond(certain);
    const longest = linear
      ? Math.min(LONGEST, Math.floor(MAX_STEPS / (1 + overlapOf(critical))))
      : LONGEST_QUADRATIC;
    return { guard, longest, bounded: this.bounded };
  }

  planTest(node: RegexNode): NativePlan | undefined {
    if (!this.understands(node, false) || sizeOf(node) > MAX_SIZE) return undefined;
    const work = waysOf(node) * boundedLength(node);
    if (work > MAX_TEST_WORK) return undefined;
    return {
      guard: undefined,
      longest: Math.min(LONGEST, Math.floor(MAX_STEPS / (1 + work))),
      bounded: this.bounded,
    };
  }

  mask(set: CharSet): Mask {
    let mask = this.masks.get(set);
    if (mask === undefined) this.masks.set(set, (mask = maskOf(set, this.options.limit)));
    return mask;
  }

  /** Whether every part means the same to both engines. `mayBeSkipped`: an iteration of an enclosing loop may skip it. */
  understands(node: RegexNode, mayBeSkipped: boolean, inLoop = false): boolean {
    switch (node.type) {
      case "empty":
        return true;
      case "set":
        if (this.options.limit === 128 && (node.set.at(-1) ?? 0) >= 128) this.bounded = true;
        return true;
      case "assert":
        if (/word/i.test(node.kind)) this.bounded ||= this.options.limit === 128;
        return true;
      case "sequence":
        return node.items.every((item) => this.understands(item, mayBeSkipped, inLoop));
      case "choice":
        return node.items.every((item) => this.understands(item, mayBeSkipped || inLoop, inLoop));
      case "repeat": {
        if (node.lazy || isNullable(node.body)) return false;
        if (node.max !== Infinity && node.max > MAX_OVERLAP) return false;
        const skipped = mayBeSkipped || (inLoop && node.min === 0);
        return this.understands(node.body, skipped, inLoop || node.max > 1);
      }
      case "group":
        // JavaScript forgets what a group matched in an earlier iteration.
        if (mayBeSkipped && this.options.captures) return false;
        if (node.index !== this.nextGroup++) return false;
        return this.understands(node.body, mayBeSkipped, inLoop);
      default:
        return false;
    }
  }

  /** The characters a match of `node` can begin with, where it is not empty. */
  first(node: RegexNode): Mask {
    switch (node.type) {
      case "set":
        return this.mask(node.set);
      case "sequence":
        return this.firstOf(node.items);
      case "choice":
        return node.items.reduce((mask, item) => mask | this.first(item), 0n);
      case "repeat":
      case "group":
        return this.first(node.body);
      default:
        return 0n;
    }
  }

  firstOf(items: readonly RegexNode[]): Mask {
    let mask = 0n;
    for (const item of items) {
      mask |= this.first(item);
      if (!isNullable(item)) break;
    }
    return mask;
  }

  /** All characters that `node` can consume. */
  within(node: RegexNode): Mask {
    if (node.type === "set") return this.mask(node.set);
    return childrenOf(node).reduce((mask, child) => mask | this.within(child), 0n);
  }

  /** The index of the one loop that is not decided by the next character; -1 without; undefined with more. */
  undecidedLoop(chain: readonly RegexNode[]): number | undefined {
    let undecided = -1;
    let follow = 0n;
    let mayEnd = true;
    for (let i = chain.length - 1; i >= 0; i--) {
      const item = chain[i]!;
      if (!this.decided(item, follow, mayEnd)) {
        const rest = chain.slice(i + 1);
        if (undecided >= 0 || item.type !== "repeat" || !this.endIsSettled(item, rest)) return undefined;
        undecided = i;
      }
      follow = isNullable(item) ? follow | this.first(item) : this.first(item);
      mayEnd &&= isNullable(item);
    }
    return undecided;
  }

  /**
   * Whether the next character always decides. `mayEnd`: the match may end after `node` without consuming anything
   * more.
   */
  decided(node: RegexNode, follow: Mask, mayEnd: boolean): boolean {
    switch (node.type) {
      case "sequence":
        return this.sequenceDecided(node.items, follow, mayEnd);
      case "choice":
        return this.choiceDecided(node.items, follow, mayEnd);
      case "group":
        return this.decided(node.body, follow, mayEnd);
      case "repeat": {
        const first = this.first(node.body);
        if (node.max > node.min && (first & follow) !== 0n) return false;
        return this.decided(node.body, node.max > 1 ? first | follow : follow, mayEnd);
      }
      default:
        return true;
    }
  }

  sequenceDecided(items: readonly RegexNode[], after: Mask, endAfter: boolean): boolean {
    let follow = after;
    let mayEnd = endAfter;
    for (let i = items.length - 1; i >= 0; i--) {
      const item = items[i]!;
      if (!this.decided(item, follow, mayEnd)) return false;
      follow = isNullable(item) ? follow | this.first(item) : this.first(item);
      mayEnd &&= isNullable(item);
    }
    return true;
  }

  choiceDecided(items: readonly RegexNode[], follow: Mask, mayEnd: boolean): boolean {
    let seen = 0n;
    let empties = 0;
    for (const [i, item] of items.entries()) {
      let first = this.first(item);
      if (isNullable(item)) {
        // Ending must not be preferred to reading on.
        if (++empties > 1 || (mayEnd && i < items.length - 1)) return false;
        first |= follow;
      }
      if ((seen & first) !== 0n || !this.decided(item, follow, mayEnd)) return false;
      seen |= first;
    }
    return true;
  }

  /** Whether the longest match is the one in which the undecided `loop`, with `rest` after it, goes on longest. */
  endIsSettled(loop: Repeat, rest: readonly RegexNode[]): boolean {
    const own = this.loopSet(loop);
    if (own === undefined) return false;
    const last = rest.at(-1);
    if (last?.type === "assert" && this.isTextEnd(last)) return true;
    const consuming = rest.filter((item) => item.type !== "assert");
    const end = consuming.at(-1);
    const tail =
      end?.type === "repeat" && end.max === Infinity && end.min <= 1 ? this.loopSet(end) : undefined;
    if (tail === undefined) return consuming.every((item) => lengthOf(item) !== undefined);
    return (
      consuming
        .slice(0, -1)
        .every((item) => lengthOf(item) !== undefined && isPart(this.within(item), tail)) && isPart(own, tail)
    );
  }

  isTextEnd(node: RegexNode & { type: "assert" }): boolean {
    return node.kind === "textEnd" || (node.kind === "lineEnd" && !this.options.multiline);
  }

  /** The characters that a loop over single ones takes. */
  loopSet({ body }: Repeat): Mask | undefined {
    const inner = body.type === "group" ? body.body : body;
    return inner.type === "set" ? this.mask(inner.set) : undefined;
  }

  /** The index of the first item from which on an attempt can no longer fail. */
  certainFrom(chain: readonly RegexNode[]): number {
    let from = chain.length;
    const [loop, end] = [chain.at(-2), chain.at(-1)];
    if (loop?.type === "repeat" && loop.max === Infinity && loop.min === 0 && end?.type === "assert") {
      const stops = this.options.multiline && end.kind === "lineEnd" ? NEWLINE : 0n;
      const atEnd = stops !== 0n || this.isTextEnd(end);
      if (atEnd && (this.bounded || this.options.limit === 256)) {
        if (((this.loopSet(loop) ?? 0n) | stops) === this.all) from -= 2;
      }
    }
    while (from > 0 && chain[from - 1]!.type !== "assert" && isSkippable(chain[from - 1]!)) from--;
    const [head] = chain;
    // One or more of a set fails at its first character if it fails.
    const plainHead =
      from === 1 && head?.type === "repeat" && head.min === 1 && this.loopSet(head) !== undefined;
    return plainHead ? 0 : from;
  }

  guardOf(chain: readonly RegexNode[]): Mask | undefined {
    const [head] = chain;
    return head?.type === "repeat" && head.max === Infinity ? this.loopSet(head) : undefined;
  }

  /** Whether only a few attempts, with different beginnings, can pass over the same character and fail. */
  startsAreFew(
    chain: readonly RegexNode[],
    critical: readonly RegexNode[],
    guard: Mask | undefined,
  ): boolean {
    const [head] = chain;
    if (critical.length === 0) return true;
    let excluded = guard ?? 0n;
    if (head?.type === "assert") {
      if (head.kind === "textStart" || (head.kind === "lineStart" && !this.options.multiline)) return true;
      if (head.kind === "lineStart") excluded = this.all & ~NEWLINE;
    }
    const first = chain.every(isNullable) ? this.all : this.firstOf(chain);
    return (
      overlapOf(critical) <= MAX_OVERLAP &&
      critical.every((item) =>
        this.loopsIn(item).every((set) => (set & first) === 0n || isPart(set, excluded)),
      )
    );
  }

  /** The same for the retries of what follows an undecided loop. */
  retriesAreFew(rest: readonly RegexNode[], critical: readonly RegexNode[]): boolean {
    const first = rest.every(isNullable) ? this.all : this.firstOf(rest);
    return (
      overlapOf(critical) <= MAX_OVERLAP &&
      critical.every((item) => this.loopsIn(item).every((set) => (set & first) === 0n))
    );
  }

  /**
   * Whether the tail, which cannot fail, only gives up an iteration close to the end of the match. Otherwise finding
   * all matches would be quadratic, as for `a([^b]*b)?`.
   */
  readsLittleBeyond(items: readonly RegexNode[]): boolean {
    return items.every((item) => item.type !== "repeat" || this.loopsIn(item.body).length === 0);
  }

  /** What each unbounded loop in `node` runs over. */
  loopsIn(node: RegexNode): Mask[] {
    if (node.type === "repeat" && node.max === Infinity) return [this.within(node.body)];
    return childrenOf(node).flatMap((child) => this.loopsIn(child));
  }
}

const isPart = (mask: Mask, whole: Mask): boolean => (mask & ~whole) === 0n;
