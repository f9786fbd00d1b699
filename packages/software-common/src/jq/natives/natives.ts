import { describe, excerpt } from "../describe.ts";
import { writeJson } from "../json-writer.ts";
import { isObject, JqError, type Value } from "../value.ts";
import { collections } from "./collections.ts";
import type { Natives } from "./native.ts";
import { numbers } from "./numbers.ts";
import { strings } from "./strings.ts";
import { time } from "./time.ts";

/** `halt` and `halt_error`: the program ends here. */
export class Halt {
  readonly status: number;
  readonly message: string;

  constructor(status: number, message: string) {
    this.status = status;
    this.message = message;
  }
}

function halt(value: Value, status: Value): never {
  if (typeof status !== "number") throw new JqError("halt_error/1: number required");
  throw new Halt(status, typeof value === "string" ? value : `${writeJson(value)}\n`);
}

/** Functions with one result. */
export const natives: Natives = Object.assign(Object.create(null), numbers, strings, collections, time, {
  "error/0": (input: Value) => {
    throw new JqError(input);
  },
  "error/1": (_: Value, [message]: readonly Value[]) => {
    throw new JqError(message!);
  },
  "halt/0": () => {
    throw new Halt(0, "");
  },
  "halt_error/0": (input: Value) => halt(input, 5),
  "halt_error/1": (input: Value, [status]: readonly Value[]) => halt(input, status!),
  "have_literal_numbers/0": () => true,
  "have_decnum/0": () => false,
  "input_filename/0": (_: Value, __: readonly Value[], rt) => rt.input.fileName ?? null,
  "input_line_number/0": (_: Value, __: readonly Value[], rt) => rt.input.line,
  "env/0": (_: Value, __: readonly Value[], rt) => rt.environment(),
  "_entries/0": (input: Value) => {
    if (!Array.isArray(input)) throw new JqError(`Cannot iterate over ${describe(input)}`);
    return new Map(input.map(entry));
  },
  "builtins/0": () => Object.keys(natives).filter((name) => !name.startsWith("_")),
  "get_search_list/0": () => [],
} satisfies Natives);

/** The key is under any of the names that people give it. */
function entry(item: Value): [string, Value] {
  if (!isObject(item)) throw new JqError(`Cannot index ${typeof item} with "key"`);
  const pick = (names: readonly string[], accepts: (value: Value) => boolean): Value => {
    for (const name of names) {
      const value = item.get(name) ?? null;
      if (accepts(value)) return value;
    }
    return null;
  };
  let key = pick(["key", "k", "name", "Name", "Key", "K"], (value) => value !== null && value !== false);
  if (key === null) key = item.get("key") ?? item.get("k") ?? item.get("name") ?? null;
  const value = item.has("value")
    ? item.get("value")!
    : item.has("v")
      ? item.get("v")!
      : (item.get("Value") ?? item.get("V") ?? null);
  if (typeof key === "string") return [key, value];
  if (key === null) return ["null", value];
  if (typeof key === "object" && (Array.isArray(key) || isObject(key)))
    throw new JqError(`Cannot use ${excerpt(describe(key), 40)} as object key`);
  return [writeJson(key), value];
}
