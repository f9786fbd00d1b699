// Functions with any number of results, or with expressions for arguments.

import { stderr, stdout } from "@agentos/kernel/program";
import { pathsOf } from "../assign.ts";
import type { Node } from "../ast.ts";
import type { Evaluator } from "../evaluator.ts";
import { child, derived, type Env, type Flow, type Item, PAUSE, requirePath } from "../flow.ts";
import { textOf } from "../formats.ts";
import { writeJson } from "../json-writer.ts";
import { getIndex, getPath } from "../paths.ts";
import { isArray, isNumber, isObject, JqError, numberOf, truthy, type Value } from "../value.ts";
import { matches, pieces, tests } from "./regex.ts";

type FlowFunction = (evaluator: Evaluator, args: readonly Node[], env: Env | undefined, item: Item) => Flow;

function* path(evaluator: Evaluator, [of]: readonly Node[], env: Env | undefined, item: Item): Flow {
  for (const keys of pathsOf(evaluator, of!, env, item.value))
    yield keys === PAUSE ? PAUSE : derived(keys, item);
}

function* range(evaluator: Evaluator, args: readonly Node[], env: Env | undefined, item: Item): Flow {
  // The first argument varies slowest.
  for (const given of evaluator.product(args.toReversed(), env, item.value)) {
    if (given === PAUSE) {
      yield PAUSE;
      continue;
    }
    if (!given.every(isNumber)) throw new JqError("Range bounds must be numeric");
    const numbers = given.map((value) => numberOf(value as number)).reverse();
    const [from, to, step] =
      numbers.length === 1 ? [0, numbers[0]!, 1] : [numbers[0]!, numbers[1]!, numbers[2] ?? 1];
    if (step === 0 && from < to) for (;;) yield evaluator.rt.tick() ? PAUSE : derived(from, item);
    for (let at = from; step > 0 ? at < to : step < 0 && at > to; at += step) {
      if (evaluator.rt.tick()) yield PAUSE;
      yield derived(at, item);
    }
  }
}

function* take(evaluator: Evaluator, count: number, of: Node, env: Env | undefined, item: Item): Flow {
  if (count <= 0) return;
  let left = count;
  for (const out of evaluator.run(of, env, item)) {
    yield out;
    if (out !== PAUSE && --left <= 0) return;
  }
}

function* limit(evaluator: Evaluator, [count, of]: readonly Node[], env: Env | undefined, item: Item): Flow {
  for (const most of evaluator.values(count!, env, item.value)) {
    if (most === PAUSE) yield PAUSE;
    else if (!isNumber(most)) throw new JqError("Invalid arguments to limit");
    else if (numberOf(most) < 0) yield* evaluator.run(of!, env, item);
    else yield* take(evaluator, numberOf(most), of!, env, item);
  }
}

function* last(evaluator: Evaluator, [of]: readonly Node[], env: Env | undefined, item: Item): Flow {
  let found: Item | undefined;
  for (const out of evaluator.run(of!, env, item)) {
    if (out === PAUSE) yield PAUSE;
    else found = out;
  }
  if (found !== undefined) yield found;
}

const MAX_OPEN = 200_000;

function* once(item: Item): Flow {
  yield item;
}

/** Without a stack as deep as the loop is long: what is still to do is a list of flows. */
function* unfold(evaluator: Evaluator, start: Item, each: (item: Item) => Flow | undefined): Flow {
  const open: Flow[] = [];
  yield start;
  const first = each(start);
  if (first !== undefined) open.push(first);
  while (open.length > 0) {
    if (evaluator.rt.tick()) yield PAUSE;
    const { done, value } = open.at(-1)!.next();
    if (done) open.pop();
    else if (value === PAUSE) yield PAUSE;
    else {
      yield value;
      const inner = each(value);
      if (inner !== undefined) open.push(inner);
      if (open.length > MAX_OPEN) throw new RangeError("recursion too deep");
    }
  }
}

function recurseChildren(evaluator: Evaluator, _: readonly Node[], __: Env | undefined, item: Item): Flow {
  return unfold(evaluator, item, (at) =>
    isArray(at.value) || isObject(at.value) ? evaluator.children(at) : undefined,
  );
}

function* iterated(evaluator: Evaluator, step: Node, env: Env | undefined, item: Item): Flow {
  let at = item;
  for (;;) {
    if (evaluator.rt.tick()) yield PAUSE;
    yield at;
    for (const out of evaluator.run(step, env, at)) if (out !== PAUSE) at = out;
  }
}

function recurse(evaluator: Evaluator, [step]: readonly Node[], env: Env | undefined, item: Item): Flow {
  if (evaluator.isSingle(step!)) return iterated(evaluator, step!, env, item);
  return unfold(evaluator, item, (at) => evaluator.run(step!, env, at));
}

/** The items for which a condition holds, once for each time it does. */
function* holding(evaluator: Evaluator, condition: Node, env: Env | undefined, item: Item): Flow {
  for (const value of evaluator.values(condition, env, item.value)) {
    if (value === PAUSE) yield PAUSE;
    else if (truthy(value)) yield item;
  }
}

function* repeatWhile(
  evaluator: Evaluator,
  [condition, step]: readonly Node[],
  env: Env | undefined,
  item: Item,
): Flow {
  function* go(from: Flow): Flow {
    for (const out of from) {
      if (out === PAUSE) yield PAUSE;
      else yield* holding(evaluator, condition!, env, out);
    }
  }
  for (const out of go(once(item))) {
    if (out === PAUSE) yield PAUSE;
    else yield* unfold(evaluator, out, (at) => go(evaluator.run(step!, env, at)));
  }
}

/** A loop over one value as long as each step has one result; the other results are followed afterwards. */
function* until(
  evaluator: Evaluator,
  [condition, step]: readonly Node[],
  env: Env | undefined,
  item: Item,
): Flow {
  const single = evaluator.isSingle(step!);
  const open: Flow[] = [once(item)];
  while (open.length > 0) {
    if (evaluator.rt.tick()) yield PAUSE;
    // A step that has but one result is not asked for more.
    const flow = single ? open.pop()! : open.at(-1)!;
    const { done, value } = flow.next();
    if (done) {
      if (!single) open.pop();
      continue;
    }
    if (value === PAUSE) {
      yield PAUSE;
      continue;
    }
    for (const holds of evaluator.values(condition!, env, value.value)) {
      if (holds === PAUSE) yield PAUSE;
      else if (truthy(holds)) yield value;
      else {
        if (open.length > MAX_OPEN) throw new RangeError("recursion too deep");
        open.push(evaluator.run(step!, env, value));
      }
    }
  }
}

function* getpath(evaluator: Evaluator, [of]: readonly Node[], env: Env | undefined, item: Item): Flow {
  for (const keys of evaluator.values(of!, env, item.value)) {
    if (keys === PAUSE) {
      yield PAUSE;
      continue;
    }
    if (!isArray(keys)) throw new JqError("Path must be specified as an array");
    if (item.path === undefined) yield derived(getPath(item.value, keys), item);
    else {
      requirePath(item);
      yield keys.reduce<Item>(
        (at, key) => child(at, key, at.value === null ? null : getIndex(at.value, key)),
        item,
      );
    }
  }
}

function* inputs(evaluator: Evaluator, item: Item, all: boolean): Flow {
  const { rt } = evaluator;
  do {
    if (rt.tick()) yield PAUSE;
    const value = yield* rt.wait(rt.input.next());
    if (value === undefined) {
      if (!all) throw new JqError("No more inputs");
      return;
    }
    yield derived(value, item);
  } while (all);
}

function* report(evaluator: Evaluator, text: string): Generator<typeof PAUSE, void, void> {
  const { rt } = evaluator;
  yield* rt.wait(stdout(rt.proc).flush());
  yield* rt.wait(stderr(rt.proc).write(text));
}

function* debug(evaluator: Evaluator, [message]: readonly Node[], env: Env | undefined, item: Item): Flow {
  if (message === undefined) yield* report(evaluator, `["DEBUG:",${writeJson(item.value)}]\n`);
  else {
    for (const value of evaluator.values(message, env, item.value)) {
      if (value === PAUSE) yield PAUSE;
      else yield* report(evaluator, `["DEBUG:",${writeJson(value)}]\n`);
    }
  }
  yield item;
}

type RegexTask = typeof matches | typeof tests | typeof pieces;

/** The regex and its flags, each of them, in turn. */
const regexFlow = (task: RegexTask, spread: boolean): FlowFunction =>
  function* (evaluator, args, env, item) {
    for (const given of evaluator.product(args, env, item.value)) {
      if (given === PAUSE) {
        yield PAUSE;
        continue;
      }
      const result: Value = yield* task(evaluator.rt, item.value, given[0]!, given[1] ?? null);
      if (!spread) yield derived(result, item);
      else for (const one of result as Value[]) yield derived(one, item);
    }
  };

export const flows: Readonly<Record<string, FlowFunction>> = Object.assign(Object.create(null), {
  *"empty/0"() {},
  "path/1": path,
  "range/1": range,
  "range/2": range,
  "range/3": range,
  "limit/2": limit,
  "first/1": (evaluator, args, env, item) => take(evaluator, 1, args[0]!, env, item),
  "last/1": last,
  "recurse/0": recurseChildren,
  "recurse/1": recurse,
  "repeat/1": recurse,
  "while/2": repeatWhile,
  "until/2": until,
  "select/1": (evaluator, args, env, item) => holding(evaluator, args[0]!, env, item),
  "getpath/1": getpath,
  "input/0": (evaluator, _, __, item) => inputs(evaluator, item, false),
  "inputs/0": (evaluator, _, __, item) => inputs(evaluator, item, true),
  "debug/0": debug,
  "debug/1": debug,
  *"stderr/0"(evaluator, _, __, item) {
    yield* report(evaluator, textOf(item.value));
    yield item;
  },
  "match/1": regexFlow(matches, true),
  "match/2": regexFlow(matches, true),
  "test/1": regexFlow(tests, false),
  "test/2": regexFlow(tests, false),
  "_pieces/2": regexFlow(pieces, false),
} satisfies Record<string, FlowFunction>);
