import { holds } from "../shared/relation.ts";
import { Assigner } from "./assign.ts";
import type { Node } from "./ast.ts";
import { Direct } from "./direct.ts";
import {
  Break,
  type Closure,
  cannotIterate,
  child,
  derived,
  type Env,
  type Flow,
  type Item,
  PAUSE,
  type Task,
} from "./flow.ts";
import { Folds } from "./folds.ts";
import { applyFormat } from "./formats.ts";
import { flows } from "./natives/flows.ts";
import { natives } from "./natives/natives.ts";
import { arithmetic, negate } from "./operators.ts";
import { getIndex, getSlice } from "./paths.ts";
import type { Runtime } from "./runtime.ts";
import { define, EMPTY, lookup, named, variable } from "./scope.ts";
import { compare, isArray, isObject, JqError, truthy, type Value } from "./value.ts";

type Of<T extends Node["type"]> = Extract<Node, { type: T }>;

const MAX_DEPTH = 10_000;

/** Runs expressions: each is a generator of results, and backtracking is asking for the next one. */
export class Evaluator {
  readonly rt: Runtime;
  readonly #direct: Direct;
  readonly #assigner: Assigner;
  readonly #folds: Folds;
  #depth = 0;

  constructor(rt: Runtime) {
    this.rt = rt;
    this.#direct = new Direct(rt);
    this.#assigner = new Assigner(this);
    this.#folds = new Folds(this);
  }

  run(node: Node, env: Env | undefined, item: Item): Flow {
    if (this.#direct.can(node)) return this.#single(node, env, item);
    switch (node.type) {
      case "string":
        return this.#string(node, env, item);
      case "index":
        return this.#index(node, env, item);
      case "slice":
        return this.#slice(node, env, item);
      case "iterate":
        return this.#iterate(node, env, item);
      case "array":
        return this.#array(node, env, item);
      case "object":
        return this.#object(node, env, item);
      case "negate":
        return this.#negate(node, env, item);
      case "pipe":
        return this.#pipe(node, env, item);
      case "comma":
        return this.#comma(node, env, item);
      case "and":
      case "or":
        return this.#logic(node, env, item);
      case "alternative":
        return this.#alternative(node, env, item);
      case "arithmetic":
      case "compare":
        return this.#binary(node, env, item);
      case "assign":
        return this.#assigner.run(node, env, item);
      case "if":
        return this.#if(node, env, item);
      case "try":
        return this.#try(node, env, item);
      case "reduce":
        return this.#folds.reduce(node, env, item);
      case "foreach":
        return this.#folds.foreach(node, env, item);
      case "define":
        return this.run(node.rest, define(node.definition, env), item);
      case "call":
        return this.#call(node, env, item);
      case "bind":
        return this.#folds.bind(node, env, item);
      case "label":
        return this.#label(node, env, item);
      default:
        return this.#single(node, env, item);
    }
  }

  /** Whether an expression has exactly one result. */
  isSingle(node: Node): boolean {
    return this.#direct.can(node);
  }

  *#single(node: Node, env: Env | undefined, item: Item): Flow {
    yield this.#direct.evaluate(node, env, item);
  }

  /** The values of a subexpression, which no path leads through. */
  *values(node: Node, env: Env | undefined, value: Value): Generator<Value | typeof PAUSE, void, void> {
    for (const out of this.run(node, env, { value, path: undefined }))
      yield out === PAUSE ? PAUSE : (out.value as Value);
  }

  /** Every combination of the values of several, the last of which varies slowest. */
  *product(
    nodes: readonly Node[],
    env: Env | undefined,
    value: Value,
  ): Generator<Value[] | typeof PAUSE, void, void> {
    yield* this.#combine(nodes, env, value, nodes.length - 1, new Array<Value>(nodes.length));
  }

  *#combine(
    nodes: readonly Node[],
    env: Env | undefined,
    value: Value,
    at: number,
    chosen: Value[],
  ): Generator<Value[] | typeof PAUSE, void, void> {
    if (at < 0) {
      yield chosen.slice();
      return;
    }
    for (const out of this.run(nodes[at]!, env, { value, path: undefined })) {
      if (out === PAUSE) {
        yield PAUSE;
        continue;
      }
      chosen[at] = out.value;
      yield* this.#combine(nodes, env, value, at - 1, chosen);
    }
  }

  *collect(node: Node, env: Env | undefined, value: Value): Task<Value[]> {
    const list: Value[] = [];
    for (const out of this.run(node, env, { value, path: undefined })) {
      if (out === PAUSE) yield PAUSE;
      else {
        this.rt.grow(list.length);
        list.push(out.value);
      }
    }
    return list;
  }

  *#string(node: Of<"string">, env: Env | undefined, item: Item): Flow {
    const nodes = node.parts.filter((part) => typeof part !== "string") as Node[];
    for (const values of this.product(nodes, env, item.value)) {
      if (values === PAUSE) {
        yield PAUSE;
        continue;
      }
      let next = 0;
      const texts = node.parts.map((part) =>
        typeof part === "string" ? part : applyFormat(node.format ?? "@text", values[next++]!),
      );
      yield derived(texts.join(""), item);
    }
  }

  *#index(node: Of<"index">, env: Env | undefined, item: Item): Flow {
    for (const key of this.values(node.key, env, item.value)) {
      if (key === PAUSE) {
        yield PAUSE;
        continue;
      }
      for (const out of this.run(node.term, env, item)) {
        yield out === PAUSE ? PAUSE : child(out, key, getIndex(out.value, key));
      }
    }
  }

  *#slice(node: Of<"slice">, env: Env | undefined, item: Item): Flow {
    const none: Node = { type: "literal", value: null };
    for (const bounds of this.product([node.from ?? none, node.to ?? none], env, item.value)) {
      if (bounds === PAUSE) {
        yield PAUSE;
        continue;
      }
      const [start, end] = bounds as [Value, Value];
      const key = new Map([
        ["start", start],
        ["end", end],
      ]);
      for (const out of this.run(node.term, env, item)) {
        yield out === PAUSE ? PAUSE : child(out, key, getSlice(out.value, start, end));
      }
    }
  }

  *#iterate(node: Of<"iterate">, env: Env | undefined, item: Item): Flow {
    for (const out of this.run(node.term, env, item)) {
      if (out === PAUSE) yield PAUSE;
      else yield* this.children(out);
    }
  }

  *children(item: Item): Flow {
    const { value } = item;
    if (isArray(value)) {
      for (let i = 0; i < value.length; i++) {
        if (this.rt.tick()) yield PAUSE;
        yield child(item, i, value[i]!);
      }
    } else if (isObject(value)) {
      for (const [key, inner] of value) {
        if (this.rt.tick()) yield PAUSE;
        yield child(item, key, inner);
      }
    } else throw cannotIterate(value);
  }

  *#array(node: Of<"array">, env: Env | undefined, item: Item): Flow {
    const list = node.body === undefined ? [] : yield* this.collect(node.body, env, item.value);
    yield derived(list, item);
  }

  *#object(node: Of<"object">, env: Env | undefined, item: Item): Flow {
    // Here it is the first that varies slowest.
    const nodes = node.entries.flatMap(({ key, value }) => [key, value]).reverse();
    for (const values of this.product(nodes, env, item.value)) {
      if (values === PAUSE) {
        yield PAUSE;
        continue;
      }
      const object = new Map<string, Value>();
      for (let i = values.length - 1; i > 0; i -= 2) object.set(this.#key(values[i]!), values[i - 1]!);
      yield derived(object, item);
    }
  }

  #key(key: Value): string {
    if (typeof key === "string") return key;
    throw new JqError(`Object keys must be strings`);
  }

  *#negate(node: Of<"negate">, env: Env | undefined, item: Item): Flow {
    for (const value of this.values(node.body, env, item.value)) {
      yield value === PAUSE ? PAUSE : derived(negate(value), item);
    }
  }

  *#pipe(node: Of<"pipe">, env: Env | undefined, item: Item): Flow {
    for (const out of this.run(node.left, env, item)) {
      if (out === PAUSE) yield PAUSE;
      else yield* this.run(node.right, env, out);
    }
  }

  *#comma(node: Of<"comma">, env: Env | undefined, item: Item): Flow {
    yield* this.run(node.left, env, item);
    yield* this.run(node.right, env, item);
  }

  *#logic(node: Of<"and" | "or">, env: Env | undefined, item: Item): Flow {
    const decided = node.type === "or";
    for (const left of this.values(node.left, env, item.value)) {
      if (left === PAUSE) yield PAUSE;
      else if (truthy(left) === decided) yield derived(decided, item);
      else {
        for (const right of this.values(node.right, env, item.value)) {
          yield right === PAUSE ? PAUSE : derived(truthy(right), item);
        }
      }
    }
  }

  *#alternative(node: Of<"alternative">, env: Env | undefined, item: Item): Flow {
    let found = false;
    const left = this.run(node.left, env, item);
    for (;;) {
      let step: ReturnType<Flow["next"]>;
      try {
        step = left.next();
      } catch (error) {
        if (!(error instanceof JqError)) throw error;
        break;
      }
      if (step.done) break;
      if (step.value === PAUSE) yield PAUSE;
      else if (truthy(step.value.value)) {
        found = true;
        yield step.value;
      }
    }
    if (!found) yield* this.run(node.right, env, item);
  }

  *#binary(node: Of<"arithmetic" | "compare">, env: Env | undefined, item: Item): Flow {
    for (const values of this.product([node.left, node.right], env, item.value)) {
      if (values === PAUSE) yield PAUSE;
      else {
        const [a, b] = values as [Value, Value];
        const result = node.type === "arithmetic" ? arithmetic(node.op, a, b) : holds(node.op, compare(a, b));
        yield derived(result, item);
      }
    }
  }

  *#if(node: Of<"if">, env: Env | undefined, item: Item): Flow {
    for (const condition of this.values(node.condition, env, item.value)) {
      if (condition === PAUSE) yield PAUSE;
      else if (truthy(condition)) yield* this.run(node.then, env, item);
      else if (node.otherwise === undefined) yield item;
      else yield* this.run(node.otherwise, env, item);
    }
  }

  *#try(node: Of<"try">, env: Env | undefined, item: Item): Flow {
    try {
      // Errors of those who use the results are thrown in them, not here.
      yield* this.run(node.body, env, item);
    } catch (error) {
      if (!(error instanceof JqError)) throw error;
      if (node.handler !== undefined) yield* this.run(node.handler, env, derived(error.value, item));
    }
  }

  *#label(node: Of<"label">, env: Env | undefined, item: Item): Flow {
    const label = {};
    const marked: Env = { key: `*${node.name}`, value: undefined, closure: undefined, parent: env };
    this.rt.labels.set(marked, label);
    try {
      yield* this.run(node.body, marked, item);
    } catch (error) {
      if (!(error instanceof Break) || error.label !== label) throw error;
    }
  }

  #call(node: Of<"call">, env: Env | undefined, item: Item): Flow {
    const entry = lookup(env, node.name);
    if (entry?.closure !== undefined) return this.#function(entry, entry.closure, node.args, env, item);
    const flow = flows[node.name];
    if (flow !== undefined) return flow(this, node.args, env, item);
    return this.#native(node, env, item);
  }

  *#native(node: Of<"call">, env: Env | undefined, item: Item): Flow {
    const native = natives[node.name]!;
    for (const args of this.product(node.args, env, item.value)) {
      if (args === PAUSE) yield PAUSE;
      else yield derived(native(item.value, args, this.rt), item);
    }
  }

  *#function(entry: Env, closure: Closure, args: readonly Node[], env: Env | undefined, item: Item): Flow {
    if (this.rt.tick()) yield PAUSE;
    if (++this.#depth > MAX_DEPTH) throw new RangeError("recursion too deep");
    try {
      yield* this.#apply(closure, args, 0, env, closure.env ?? entry, item);
    } finally {
      this.#depth--;
    }
  }

  /** Binds the arguments from `at` on, each value of a `$` parameter in turn, and runs the body. */
  *#apply(
    closure: Closure,
    args: readonly Node[],
    at: number,
    caller: Env | undefined,
    scope: Env | undefined,
    item: Item,
  ): Flow {
    let inner = scope;
    for (let i = at; i < args.length; i++) {
      const param = closure.params[i]!;
      if (param.startsWith("$")) {
        for (const value of this.values(args[i]!, caller, item.value)) {
          if (value === PAUSE) {
            yield PAUSE;
            continue;
          }
          const constant: Node = { type: "literal", value };
          const both = variable(param, value, inner);
          yield* this.#apply(
            closure,
            args,
            i + 1,
            caller,
            named(param.slice(1), [], constant, undefined, both),
            item,
          );
        }
        return;
      }
      inner = named(param, [], args[i]!, caller ?? EMPTY, inner);
    }
    yield* this.run(closure.body, inner, item);
  }
}
