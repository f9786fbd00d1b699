// Determines the groups of a match from the backward states recorded for it. At each position the walk takes the first
// way, in the pattern's order of preference, that the record proves to reach the end of the match; this is what glibc
// does.

import type { Alphabet } from "./alphabet.ts";
import { assertionHolds } from "./assertions.ts";
import type { DfaState } from "./dfa.ts";
import { OP, type RegexProgram } from "./program.ts";

export function resolveGroups(
  program: RegexProgram,
  alphabet: Alphabet,
  multiline: boolean,
  text: string,
  begin: number,
  end: number,
  trail: readonly DfaState[],
): number[] {
  const { op, next, other, arg } = program;
  const spans = new Array<number>(2 + program.groups * 2).fill(-1);
  spans[0] = begin;
  spans[1] = end;
  const marks = new Int32Array(op.length).fill(-1);
  /** Nodes still to try, or ~slot followed by the value to put back. */
  const stack: number[] = [];
  let node = program.start;
  for (let at = begin; ; ) {
    const { core } = trail[at - begin]!;
    const before = alphabet.kindBefore(text, at);
    const after = alphabet.kindAt(text, at);
    node = advance(node, at, core, before, after);
    if (node === program.accept || node < 0) return spans;
    alphabet.classAt(text, at);
    at += alphabet.width;
    node = next[node]!;
    stack.length = 0;
  }

  /** The character node, or the accepting one, where the best way from `from` without consuming anything ends. */
  function advance(from: number, at: number, core: readonly number[], before: number, after: number): number {
    let current: number | undefined = from;
    while (current !== undefined) {
      if (marks[current] === at) current = backtrack();
      else {
        marks[current] = at;
        switch (op[current]) {
          case OP.accept:
          case OP.set:
            if (holds(core, current)) return current;
            current = backtrack();
            break;
          case OP.split:
          case OP.loopTest:
            stack.push(other[current]!);
            current = next[current]!;
            break;
          case OP.save: {
            const slot = arg[current]!;
            stack.push(spans[slot]!, ~slot);
            spans[slot] = at;
            current = next[current]!;
            break;
          }
          case OP.assert:
            current = assertionHolds(arg[current]!, before, after, multiline) ? next[current]! : backtrack();
            break;
          default:
            current = next[current]!;
        }
      }
    }
    return -1;
  }

  function backtrack(): number | undefined {
    for (let entry = stack.pop(); entry !== undefined; entry = stack.pop()) {
      if (entry >= 0) return entry;
      spans[~entry] = stack.pop()!;
    }
    return undefined;
  }
}

function holds(core: readonly number[], node: number): boolean {
  let low = 0;
  let high = core.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (core[middle] === node) return true;
    if (core[middle]! < node) low = middle + 1;
    else high = middle - 1;
  }
  return false;
}
