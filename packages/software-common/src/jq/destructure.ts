import type { Pattern } from "./ast.ts";
import type { Evaluator } from "./evaluator.ts";
import { type Env, PAUSE } from "./flow.ts";
import { getIndex } from "./paths.ts";
import { variable } from "./scope.ts";
import { isArray, isObject, JqError, kindOf, type Value } from "./value.ts";

type Scopes = Generator<Env | undefined | typeof PAUSE, void, void>;

/** The scopes with a pattern's variables bound; several where a key has several values. */
export function* bindPattern(
  evaluator: Evaluator,
  pattern: Pattern,
  env: Env | undefined,
  value: Value,
): Scopes {
  if (pattern.type === "variable") yield variable(pattern.name, value, env);
  else if (pattern.type === "array") {
    if (value !== null && !isArray(value)) throw new JqError(`Cannot index ${kindOf(value)} with number`);
    yield* bindItems(evaluator, pattern, 0, env, value);
  } else yield* bindEntries(evaluator, pattern, 0, env, value);
}

function* bindItems(
  evaluator: Evaluator,
  pattern: Extract<Pattern, { type: "array" }>,
  at: number,
  env: Env | undefined,
  value: Value,
): Scopes {
  const item = pattern.items[at];
  if (item === undefined) {
    yield env;
    return;
  }
  for (const bound of bindPattern(evaluator, item, env, getIndex(value, at))) {
    if (bound === PAUSE) yield PAUSE;
    else yield* bindItems(evaluator, pattern, at + 1, bound, value);
  }
}

function* bindEntries(
  evaluator: Evaluator,
  pattern: Extract<Pattern, { type: "object" }>,
  at: number,
  env: Env | undefined,
  value: Value,
): Scopes {
  const entry = pattern.entries[at];
  if (entry === undefined) {
    yield env;
    return;
  }
  for (const key of evaluator.values(entry.key, env, value)) {
    if (key === PAUSE) {
      yield PAUSE;
      continue;
    }
    if (typeof key !== "string") throw new JqError(`Cannot index ${kindOf(value)} with ${kindOf(key)}`);
    if (value !== null && !isObject(value))
      throw new JqError(`Cannot index ${kindOf(value)} with string "${key}"`);
    const inner = getIndex(value, key);
    const scope = entry.variable === undefined ? env : variable(entry.variable, inner, env);
    if (entry.value === undefined) {
      yield* bindEntries(evaluator, pattern, at + 1, scope, value);
      continue;
    }
    for (const bound of bindPattern(evaluator, entry.value, scope, inner)) {
      if (bound === PAUSE) yield PAUSE;
      else yield* bindEntries(evaluator, pattern, at + 1, bound, value);
    }
  }
}
