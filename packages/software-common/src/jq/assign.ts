// `=`, `|=` and the operators made of them. Containers that an assignment has copied once are changed in place.

import type { Node } from "./ast.ts";
import type { Evaluator } from "./evaluator.ts";
import { derived, type Env, type Flow, type Item, keysOfPath, PAUSE, ROOT, requirePath } from "./flow.ts";
import { arithmetic } from "./operators.ts";
import { deletePaths, getIndex, getPath, setIndex } from "./paths.ts";
import { compare, isArray, isNumber, isObject, truthy, type Value } from "./value.ts";

type AssignNode = Extract<Node, { type: "assign" }>;

export class Assigner {
  readonly #evaluator: Evaluator;

  constructor(evaluator: Evaluator) {
    this.#evaluator = evaluator;
  }

  run(node: AssignNode, env: Env | undefined, item: Item): Flow {
    return node.op === "|=" ? this.#modify(node, env, item) : this.#assign(node, env, item);
  }

  *#assign({ op, left, right }: AssignNode, env: Env | undefined, item: Item): Flow {
    for (const value of this.#evaluator.values(right, env, item.value)) {
      if (value === PAUSE) {
        yield PAUSE;
        continue;
      }
      const draft = new Draft(item.value);
      for (const path of pathsOf(this.#evaluator, left, env, item.value)) {
        if (path === PAUSE) yield PAUSE;
        else if (op === "=") draft.set(path, value);
        else {
          const old = draft.get(path);
          draft.set(
            path,
            op === "//=" || op === "|=" ? (truthy(old) ? old : value) : arithmetic(op, old, value),
          );
        }
      }
      yield derived(draft.value, item);
    }
  }

  *#modify({ left, right }: AssignNode, env: Env | undefined, item: Item): Flow {
    const draft = new Draft(item.value);
    const removed: Value[][] = [];
    for (const path of pathsOf(this.#evaluator, left, env, item.value)) {
      if (path === PAUSE) {
        yield PAUSE;
        continue;
      }
      let found = false;
      for (const value of this.#evaluator.values(right, env, draft.get(path))) {
        if (value === PAUSE) {
          yield PAUSE;
          continue;
        }
        draft.set(path, value);
        found = true;
        break;
      }
      if (!found) removed.push(path);
    }
    yield derived(deletePaths(draft.value, removed.sort(compare)), item);
  }
}

/** The paths of an expression. */
export function* pathsOf(
  evaluator: Evaluator,
  node: Node,
  env: Env | undefined,
  value: Value,
): Generator<Value[] | typeof PAUSE, void, void> {
  for (const out of evaluator.run(node, env, { value, path: ROOT })) {
    if (out === PAUSE) yield PAUSE;
    else {
      requirePath(out);
      yield keysOfPath(out.path!);
    }
  }
}

class Draft {
  value: Value;
  /** Containers that nobody else has. */
  #own = new Set<Value>();

  constructor(value: Value) {
    this.value = value;
  }

  get(path: readonly Value[]): Value {
    const value = getPath(this.value, path);
    // What is handed out may be kept, with all that is in it.
    if (this.#own.has(value)) this.#own.clear();
    return value;
  }

  set(path: readonly Value[], item: Value): void {
    this.value = this.#set(this.value, path, 0, item);
  }

  #set(value: Value, path: readonly Value[], at: number, item: Value): Value {
    if (at === path.length) return item;
    const key = path[at]!;
    const inner = this.#set(getIndex(value, key), path, at + 1, item);
    if (this.#own.has(value)) {
      if (isObject(value) && typeof key === "string") {
        (value as Map<string, Value>).set(key, inner);
        return value;
      }
      if (isArray(value) && isNumber(key) && typeof key === "number" && key >= 0 && key < value.length) {
        (value as Value[])[Math.floor(key)] = inner;
        return value;
      }
    }
    const copy = setIndex(value, key, inner);
    this.#own.add(copy);
    return copy;
  }
}
