// What binds variables to values in turn: `as`, `reduce`, `foreach`.

import type { Node, Pattern } from "./ast.ts";
import { bindPattern } from "./destructure.ts";
import type { Evaluator } from "./evaluator.ts";
import { derived, type Env, type Flow, type Item, PAUSE } from "./flow.ts";
import { variable, variablesOf } from "./scope.ts";
import { JqError, type Value } from "./value.ts";

type Of<T extends Node["type"]> = Extract<Node, { type: T }>;

export class Folds {
  readonly #evaluator: Evaluator;

  constructor(evaluator: Evaluator) {
    this.#evaluator = evaluator;
  }

  *reduce(node: Of<"reduce">, env: Env | undefined, item: Item): Flow {
    for (const init of this.#evaluator.run(node.init, env, item)) {
      if (init === PAUSE) {
        yield PAUSE;
        continue;
      }
      let state: Item = init;
      for (const bound of this.#bound(node.source, node.pattern, env, item)) {
        if (bound === PAUSE) {
          yield PAUSE;
          continue;
        }
        let last: Item = derived(null, item);
        for (const out of this.#evaluator.run(node.update, bound, state)) {
          if (out === PAUSE) yield PAUSE;
          else last = out;
        }
        state = last;
      }
      yield state;
    }
  }

  *foreach(node: Of<"foreach">, env: Env | undefined, item: Item): Flow {
    for (const init of this.#evaluator.run(node.init, env, item)) {
      if (init === PAUSE) {
        yield PAUSE;
        continue;
      }
      let state: Item = init;
      for (const bound of this.#bound(node.source, node.pattern, env, item)) {
        if (bound === PAUSE) {
          yield PAUSE;
          continue;
        }
        for (const out of this.#evaluator.run(node.update, bound, state)) {
          if (out === PAUSE) yield PAUSE;
          else {
            state = out;
            if (node.extract === undefined) yield out;
            else yield* this.#evaluator.run(node.extract, bound, out);
          }
        }
      }
    }
  }

  /** The scopes in which a pattern has taken the values of an expression. */
  *#bound(
    source: Node,
    patterns: readonly Pattern[],
    env: Env | undefined,
    item: Item,
  ): Generator<Env | undefined | typeof PAUSE, void, void> {
    for (const value of this.#evaluator.values(source, env, item.value)) {
      if (value === PAUSE) yield PAUSE;
      else yield* bindPattern(this.#evaluator, patterns[0]!, env, value);
    }
  }

  *bind(node: Of<"bind">, env: Env | undefined, item: Item): Flow {
    for (const value of this.#evaluator.values(node.source, env, item.value)) {
      if (value === PAUSE) yield PAUSE;
      else yield* this.#alternatives(node, env, item, value);
    }
  }

  /** `?//`: the next pattern where binding or the body fails; its variables are null where it does not set them. */
  *#alternatives(node: Of<"bind">, env: Env | undefined, item: Item, value: Value): Flow {
    let base = env;
    if (node.patterns.length > 1)
      for (const name of node.patterns.flatMap(variablesOf)) base = variable(name, null, base);
    for (const [i, pattern] of node.patterns.entries()) {
      try {
        for (const bound of bindPattern(this.#evaluator, pattern, base, value)) {
          if (bound === PAUSE) yield PAUSE;
          else yield* this.#evaluator.run(node.body, bound, item);
        }
        return;
      } catch (error) {
        if (!(error instanceof JqError) || i === node.patterns.length - 1) throw error;
      }
    }
  }
}
