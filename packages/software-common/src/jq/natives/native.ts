import { describe } from "../describe.ts";
import type { Runtime } from "../runtime.ts";
import { isNumber, JqError, numberOf, type Value } from "../value.ts";

/** A function of its input and of the values of its arguments, with one result. */
export type Native = (input: Value, args: readonly Value[], rt: Runtime) => Value;
export type Natives = Readonly<Record<string, Native>>;

export function wantNumber(value: Value): number {
  if (!isNumber(value)) throw new JqError(`${describe(value)} number required`);
  return numberOf(value);
}

export function wantString(value: Value, what: string): string {
  if (typeof value !== "string") throw new JqError(`${describe(value)} ${what}`);
  return value;
}
