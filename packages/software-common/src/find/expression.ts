// The expression of find as a tree. Source: POSIX XCU find, findutils 4.9.

import type { MaybePromise, Stat } from "@agentos/kernel/abi";

/** One file under consideration. */
export interface Visit {
  path: string;
  /** The path to give the kernel: from the directory in which the walk is. */
  place: string;
  /** The last component of the path. */
  name: string;
  /** The operand under which it was found. */
  start: string;
  depth: number;
  /** By -L and -H rules. */
  stat: Stat;
  /** Set by -prune. */
  pruned: boolean;
}

/** Answers at once where it can: a walk over thousands of files must not wait for each. */
export type Test = (visit: Visit) => MaybePromise<boolean>;

/** What the expression asks of the walk. */
export interface GlobalOptions {
  minDepth: number;
  maxDepth: number;
  depthFirst: boolean;
  oneFileSystem: boolean;
}

export interface Expression {
  test: Test;
  global: GlobalOptions;
  /** Called before the walk: looks up what the tests compare with. @throws FindError */
  start: () => Promise<void>;
  /** Called at the end, for -exec … + and open files. Answers false if something failed. */
  finish: () => Promise<boolean>;
}

export const and =
  (left: Test, right: Test): Test =>
  (visit) => {
    const result = left(visit);
    if (result instanceof Promise) return result.then((ok) => ok && right(visit));
    return result && right(visit);
  };

export const or =
  (left: Test, right: Test): Test =>
  (visit) => {
    const result = left(visit);
    if (result instanceof Promise) return result.then((ok) => ok || right(visit));
    return result || right(visit);
  };

export const not =
  (operand: Test): Test =>
  (visit) => {
    const result = operand(visit);
    return result instanceof Promise ? result.then((ok) => !ok) : !result;
  };

export const comma =
  (left: Test, right: Test): Test =>
  (visit) => {
    const result = left(visit);
    return result instanceof Promise ? result.then(() => right(visit)) : right(visit);
  };
