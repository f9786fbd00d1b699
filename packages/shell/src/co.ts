// The interpreter is written as generators: `yield* wait(call())` reads like await but costs 20 ns instead of a trip
// through the microtask queue, and nothing at all suspends while every call answers at once.

import type { MaybePromise } from "@agentos/kernel/abi";

/** A computation that may wait. */
export type Co<T> = Generator<Promise<unknown>, T, unknown>;

/** The result of a call, waiting for it only if it is not there. */
export function* wait<T>(value: MaybePromise<T>): Co<T> {
  return value instanceof Promise ? ((yield value) as T) : value;
}

/** Runs a computation: to its end at once if it never waits. */
export function drive<T>(co: Co<T>): MaybePromise<T> {
  const step = co.next();
  return step.done ? step.value : resume(co, step.value);
}

async function resume<T>(co: Co<T>, pending: Promise<unknown>): Promise<T> {
  for (;;) {
    let value: unknown;
    let step: IteratorResult<Promise<unknown>, T>;
    try {
      value = await pending;
    } catch (error) {
      step = co.throw(error);
      if (step.done) return step.value;
      pending = step.value;
      continue;
    }
    step = co.next(value);
    if (step.done) return step.value;
    pending = step.value;
  }
}
