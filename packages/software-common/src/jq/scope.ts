// The names that an expression can use.

import type { Definition, Node, Pattern } from "./ast.ts";
import type { Env } from "./flow.ts";
import type { Value } from "./value.ts";

export const EMPTY: Env = { key: "", value: undefined, closure: undefined, parent: undefined };

export function named(
  name: string,
  params: readonly string[],
  body: Node,
  env: Env | undefined,
  parent: Env | undefined,
): Env {
  return { key: `${name}/${params.length}`, value: undefined, closure: { params, body, env }, parent };
}

/** The scope with a function in it. */
export function define({ name, params, body }: Definition, env: Env | undefined): Env {
  return named(name, params, body, undefined, env);
}

export const variable = (key: string, value: Value, parent: Env | undefined): Env => ({
  key,
  value,
  closure: undefined,
  parent,
});

export function lookup(env: Env | undefined, key: string): Env | undefined {
  let at = env;
  while (at !== undefined && at.key !== key) at = at.parent;
  return at;
}

export function variablesOf(pattern: Pattern): string[] {
  if (pattern.type === "variable") return [pattern.name];
  if (pattern.type === "array") return pattern.items.flatMap(variablesOf);
  return pattern.entries.flatMap(({ variable: own, value }) => [
    ...(own === undefined ? [] : [own]),
    ...(value === undefined ? [] : variablesOf(value)),
  ]);
}
