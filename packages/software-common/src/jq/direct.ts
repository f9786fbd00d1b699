// Expressions that have exactly one result and never wait: evaluated without a generator.

import { holds } from "../shared/relation.ts";
import type { Node } from "./ast.ts";
import { Break, child, derived, type Env, type Item } from "./flow.ts";
import { applyFormat } from "./formats.ts";
import { arithmetic } from "./operators.ts";
import { getIndex } from "./paths.ts";
import type { Runtime } from "./runtime.ts";
import { lookup } from "./scope.ts";
import { compare, JqError, truthy, type Value } from "./value.ts";

export class Direct {
  readonly #rt: Runtime;
  readonly #known = new WeakMap<Node, boolean>();

  constructor(rt: Runtime) {
    this.#rt = rt;
  }

  can(node: Node): boolean {
    let known = this.#known.get(node);
    if (known === undefined) {
      known = this.#decide(node);
      this.#known.set(node, known);
    }
    return known;
  }

  #decide(node: Node): boolean {
    switch (node.type) {
      case "identity":
      case "literal":
      case "variable":
      case "format":
      case "break":
        return true;
      case "index":
        return this.can(node.term) && this.can(node.key);
      case "pipe":
      case "arithmetic":
      case "compare":
      case "and":
      case "or":
        return this.can(node.left) && this.can(node.right);
      case "object":
        return node.entries.every(({ key, value }) => this.can(key) && this.can(value));
      default:
        return false;
    }
  }

  evaluate(node: Node, env: Env | undefined, item: Item): Item {
    switch (node.type) {
      case "identity":
        return item;
      case "index": {
        const key = this.#value(node.key, env, item.value);
        const term = this.evaluate(node.term, env, item);
        return child(term, key, getIndex(term.value, key));
      }
      case "pipe":
        return this.evaluate(node.right, env, this.evaluate(node.left, env, item));
      default:
        return derived(this.#value(node, env, item.value), item);
    }
  }

  #value(node: Node, env: Env | undefined, input: Value): Value {
    switch (node.type) {
      case "literal":
        return node.value;
      case "variable":
        return lookup(env, node.name)?.value ?? this.#rt.variable(node.name);
      case "format":
        return applyFormat(node.name, input);
      case "arithmetic": {
        const right = this.#value(node.right, env, input);
        return arithmetic(node.op, this.#value(node.left, env, input), right);
      }
      case "compare": {
        const right = this.#value(node.right, env, input);
        return holds(node.op, compare(this.#value(node.left, env, input), right));
      }
      case "and":
        return truthy(this.#value(node.left, env, input)) && truthy(this.#value(node.right, env, input));
      case "or":
        return truthy(this.#value(node.left, env, input)) || truthy(this.#value(node.right, env, input));
      case "object":
        return this.#object(node.entries, env, input);
      case "break":
        throw new Break(this.#rt.labels.get(lookup(env, `*${node.name}`)!)!);
      default:
        return this.evaluate(node, env, { value: input, path: undefined }).value;
    }
  }

  #object(entries: readonly { key: Node; value: Node }[], env: Env | undefined, input: Value): Value {
    const object = new Map<string, Value>();
    for (const { key, value } of entries) {
      const name = this.#value(key, env, input);
      if (typeof name !== "string") throw new JqError("Object keys must be strings");
      object.set(name, this.#value(value, env, input));
    }
    return object;
  }
}
