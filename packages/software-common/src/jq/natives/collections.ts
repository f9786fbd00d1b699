import { describe } from "../describe.ts";
import { cannotIterate } from "../flow.ts";
import { add } from "../operators.ts";
import { deletePaths, getPath, keysOf, setPath } from "../paths.ts";
import { indicesOf, textIndices } from "../search.ts";
import { compare, isArray, isNumber, isObject, JqError, kindOf, numberOf, type Value } from "../value.ts";
import type { Native, Natives } from "./native.ts";

function wantArray(value: Value, what: string): readonly Value[] {
  if (!isArray(value)) throw new JqError(`${describe(value)} ${what}`);
  return value;
}

function wantPath(value: Value): readonly Value[] {
  if (!isArray(value)) throw new JqError("Path must be specified as an array");
  return value;
}

const itemsOf = (value: Value): readonly Value[] => {
  if (isArray(value)) return value;
  if (isObject(value)) return [...value.values()];
  throw cannotIterate(value);
};

function length(value: Value): Value {
  if (value === null) return 0;
  if (isArray(value)) return value.length;
  if (isObject(value)) return value.size;
  if (isNumber(value)) return Math.abs(numberOf(value));
  if (typeof value === "boolean") throw new JqError(`${describe(value)} has no length`);
  let points = 0;
  for (const _ of value as string) points++;
  return points;
}

/** The sum of all: long lists at once, not by pairs. */
function sum(input: Value): Value {
  const items = itemsOf(input).filter((item) => item !== null);
  if (items.length > 2 && items.every(isArray)) return (items as Value[][]).flat();
  if (items.length > 2 && items.every(isObject)) {
    const all = new Map<string, Value>();
    for (const item of items) for (const [key, value] of item as Map<string, Value>) all.set(key, value);
    return all;
  }
  return items.reduce(add, null);
}

interface Keyed {
  value: Value;
  key: Value;
}

/** The items with what sorts them, in order; equal ones as they were. */
function sortedBy(input: Value, keys: Value): Keyed[] {
  const items = wantArray(input, "cannot be sorted, as it is not an array");
  return items
    .map((value, i) => ({ value, key: (keys as readonly Value[])[i]! }))
    .sort((a, b) => compare(a.key, b.key));
}

function groups(input: Value, keys: Value, what: string): Keyed[][] {
  wantArray(input, what);
  const all: Keyed[][] = [];
  for (const item of sortedBy(input, keys)) {
    const last = all.at(-1);
    if (last !== undefined && compare(last[0]!.key, item.key) === 0) last.push(item);
    else all.push([item]);
  }
  return all;
}

/** The least, the first of equals; or the greatest, the last of equals. */
const extreme =
  (direction: 1 | -1): Native =>
  (input, [keys]) => {
    const items = wantArray(input, "cannot be iterated over");
    const by = (keys ?? items) as readonly Value[];
    let best = -1;
    for (let i = 0; i < items.length; i++) {
      const order = best < 0 ? -1 : compare(by[i]!, by[best]!) * direction;
      if (order < 0 || (order === 0 && direction < 0)) best = i;
    }
    return items[best] ?? null;
  };

function flatten(items: readonly Value[], depth: number): Value[] {
  if (depth < 0) throw new JqError("flatten depth must not be negative");
  return items.flatMap((item): readonly Value[] =>
    !isArray(item) ? [item] : depth === 0 ? [item] : flatten(item, depth - 1),
  );
}

function has(input: Value, key: Value): Value {
  if (isObject(input) && typeof key === "string") return input.has(key);
  if (isArray(input) && isNumber(key)) return numberOf(key) >= 0 && numberOf(key) < input.length;
  throw new JqError(
    `Cannot check whether ${kindOf(input)} has a ${kindOf(key) === "string" ? "string" : kindOf(key)} key`,
  );
}

function contains(a: Value, b: Value): boolean {
  if (isObject(a) && isObject(b)) {
    return [...b].every(([key, value]) => a.has(key) && contains(a.get(key)!, value));
  }
  if (isArray(a) && isArray(b)) return b.every((wanted) => a.some((item) => contains(item, wanted)));
  if (typeof a === "string" && typeof b === "string") return a.includes(b);
  return compare(a, b) === 0;
}

function containsAlike(a: Value, b: Value): boolean {
  if (kindOf(a) === kindOf(b)) return contains(a, b);
  throw new JqError(`${describe(a)} and ${describe(b)} cannot have their containment checked`);
}

function indices(input: Value, wanted: Value): Value {
  if (input === null) return null;
  if (typeof input === "string" && typeof wanted === "string") return textIndices(input, wanted);
  if (isArray(input)) return indicesOf(input, wanted);
  throw new JqError(`Cannot determine indices of ${kindOf(wanted)} in ${kindOf(input)}`);
}

function transpose(input: Value): Value {
  const rows = wantArray(input, "cannot be transposed") as readonly (readonly Value[])[];
  const width = Math.max(0, ...rows.map((row) => row.length));
  return Array.from({ length: width }, (_, i) => rows.map((row) => row[i] ?? null));
}

/** Where it is, or where it would be inserted: as -1 minus that. */
function search(input: Value, wanted: Value): Value {
  const items = wantArray(input, "cannot be searched from");
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compare(items[middle]!, wanted) < 0) low = middle + 1;
    else high = middle;
  }
  return low < items.length && compare(items[low]!, wanted) === 0 ? low : -1 - low;
}

function toEntries(input: Value): Value {
  const entries: Iterable<[Value, Value]> = isArray(input)
    ? input.entries()
    : isObject(input)
      ? input
      : noKeys(input);
  return Array.from(
    entries,
    ([key, value]) =>
      new Map([
        ["key", key],
        ["value", value],
      ]),
  );
}

function noKeys(value: Value): never {
  throw new JqError(`${describe(value)} has no keys`);
}

export const collections: Natives = {
  "length/0": length,
  "add/0": sum,
  "not/0": (input) => input === null || input === false,
  "type/0": kindOf,
  "keys/0": keysOf,
  "keys_unsorted/0": (input) => (isObject(input) ? [...input.keys()] : keysOf(input)),
  "has/1": (input, [key]) => has(input, key!),
  "contains/1": (input, [wanted]) => containsAlike(input, wanted!),
  "indices/1": (input, [wanted]) => indices(input, wanted!),
  "to_entries/0": toEntries,
  "toarray/0": (input) => (isArray(input) ? input : [input]),
  "reverse/0": (input) => {
    if (typeof input === "string") return [...input].reverse().join("");
    return input === null ? [] : itemsOf(input).toReversed();
  },
  "sort/0": (input) => wantArray(input, "cannot be sorted, as it is not an array").toSorted(compare),
  "_sort_by/1": (input, [keys]) => sortedBy(input, keys!).map(({ value }) => value),
  "_group_by/1": (input, [keys]) =>
    groups(input, keys!, "cannot be grouped, as it is not an array").map((group) =>
      group.map(({ value }) => value),
    ),
  "_unique_by/1": (input, [keys]) =>
    groups(input, keys!, "cannot be grouped, as it is not an array").map((group) => group[0]!.value),
  "min/0": extreme(1),
  "max/0": extreme(-1),
  "_min_by/1": extreme(1),
  "_max_by/1": extreme(-1),
  "flatten/0": (input) => flatten(itemsOf(input), 1e9),
  "flatten/1": (input, [depth]) => flatten(itemsOf(input), isNumber(depth!) ? numberOf(depth) : -1),
  "transpose/0": transpose,
  "bsearch/1": (input, [wanted]) => search(input, wanted!),
  "setpath/2": (input, [path, value]) => setPath(input, wantPath(path!), value!),
  "delpaths/1": (input, [paths]) => {
    const list = wantArray(paths!, "must be an array of paths").toSorted(compare);
    return deletePaths(input, list.map(wantPath));
  },
  "_getpath/1": (input, [path]) => getPath(input, wantPath(path!)),
};
