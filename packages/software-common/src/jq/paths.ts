// What is at a path, and values with something else there.

import { describe } from "./describe.ts";
import { indicesOf } from "./search.ts";
import {
  isArray,
  isNumber,
  isObject,
  JqError,
  kindOf,
  MAX_ELEMENTS,
  numberOf,
  sortedKeys,
  type Value,
} from "./value.ts";

export function getIndex(value: Value, key: Value): Value {
  if (value === null && (key === null || typeof key === "string" || isNumber(key) || isObject(key)))
    return null;
  if (isObject(value) && typeof key === "string") return value.get(key) ?? null;
  if (isArray(value)) {
    if (isNumber(key)) {
      const index = Math.floor(numberOf(key));
      return value[index < 0 ? index + value.length : index] ?? null;
    }
    if (isObject(key)) return getSlice(value, key.get("start") ?? null, key.get("end") ?? null);
    if (isArray(key)) return indicesOf(value, key);
  }
  if (typeof value === "string" && isObject(key))
    return getSlice(value, key.get("start") ?? null, key.get("end") ?? null);
  throw cannotIndex(value, key);
}

function cannotIndex(value: Value, key: Value): JqError {
  const what = typeof key === "string" ? `string "${key}"` : kindOf(key);
  return new JqError(`Cannot index ${kindOf(value)} with ${what}`);
}

/** Where a slice begins and ends, in elements. */
function sliceBounds(length: number, from: Value, to: Value): [number, number] {
  if ((from !== null && !isNumber(from)) || (to !== null && !isNumber(to)))
    throw new JqError("Start and end indices of an array slice must be numbers");
  const clamp = (at: number) => Math.max(0, Math.min(length, at < 0 ? at + length : at));
  const start = clamp(from === null ? 0 : Math.floor(numberOf(from)));
  return [start, Math.max(start, clamp(to === null ? length : Math.ceil(numberOf(to))))];
}

export function getSlice(value: Value, from: Value, to: Value): Value {
  if (value === null) return null;
  if (isArray(value)) return value.slice(...sliceBounds(value.length, from, to));
  if (typeof value !== "string") throw new JqError(`Cannot index ${kindOf(value)} with object`);
  if (/^[\x00-\x7f]*$/.test(value)) return value.slice(...sliceBounds(value.length, from, to));
  const points = [...value];
  return points.slice(...sliceBounds(points.length, from, to)).join("");
}

export function setIndex(value: Value, key: Value, item: Value): Value {
  if (typeof key === "string" && (value === null || isObject(value))) return new Map(value).set(key, item);
  if (isNumber(key) && (value === null || isArray(value))) {
    const list = [...(value ?? [])];
    const at = Math.trunc(numberOf(key));
    const index = at < 0 ? at + list.length : at;
    if (index < 0) throw new JqError("Out of bounds negative array index");
    if (index >= MAX_ELEMENTS) throw new JqError("Array index too large");
    while (list.length < index) list.push(null);
    list[index] = item;
    return list;
  }
  if (isObject(key) && (value === null || isArray(value))) {
    if (!isArray(item)) throw new JqError("A slice of an array can only be assigned another array");
    const list = value ?? [];
    const [start, end] = sliceBounds(list.length, key.get("start") ?? null, key.get("end") ?? null);
    return [...list.slice(0, start), ...item, ...list.slice(end)];
  }
  if (isObject(key)) throw new JqError(`Cannot update field at object index of ${kindOf(value)}`);
  if (isArray(value) && isArray(key)) throw new JqError("Cannot update field at array index of array");
  throw cannotIndex(value, key);
}

export function getPath(value: Value, path: readonly Value[]): Value {
  let at = value;
  for (const key of path) {
    if (at === null) return null;
    at = getIndex(at, key);
  }
  return at;
}

export function setPath(value: Value, path: readonly Value[], item: Value, from = 0): Value {
  if (from === path.length) return item;
  const key = path[from]!;
  return setIndex(value, key, setPath(getIndex(value, key), path, item, from + 1));
}

/** Without what is at the paths, which are in ascending order. */
export function deletePaths(value: Value, paths: readonly (readonly Value[])[]): Value {
  if (
    isArray(value) &&
    paths.every(([key, ...rest]) => typeof key === "number" && key >= 0 && rest.length === 0)
  ) {
    const removed = new Set(paths.map(([key]) => Math.trunc(key as number)));
    return value.filter((_, i) => !removed.has(i));
  }
  let result = value;
  for (let i = paths.length - 1; i >= 0; i--) result = deletePath(result, paths[i]!, 0);
  return result;
}

function deletePath(value: Value, path: readonly Value[], from: number): Value {
  if (value === null || from === path.length) return null;
  const key = path[from]!;
  if (from === path.length - 1) return deleteKey(value, key);
  const inner = getIndex(value, key);
  return inner === null ? value : setIndex(value, key, deletePath(inner, path, from + 1));
}

function deleteKey(value: Value, key: Value): Value {
  if (isObject(value) && typeof key === "string") {
    const rest = new Map(value);
    rest.delete(key);
    return rest;
  }
  if (isArray(value) && isNumber(key)) {
    const at = Math.trunc(numberOf(key));
    return value.toSpliced(at < 0 ? (at + value.length < 0 ? value.length : at) : at, 1);
  }
  if (isArray(value) && isObject(key)) {
    const [start, end] = sliceBounds(value.length, key.get("start") ?? null, key.get("end") ?? null);
    return [...value.slice(0, start), ...value.slice(end)];
  }
  if (isObject(value)) throw new JqError(`Cannot delete field at object index of ${kindOf(key)}`);
  if (isArray(value)) throw new JqError(`Cannot delete field at array index of ${kindOf(key)}`);
  throw new JqError(`Cannot delete fields from ${kindOf(value)}`);
}

export function keysOf(value: Value): Value[] {
  if (isObject(value)) return sortedKeys(value);
  if (isArray(value)) return value.map((_, i) => i);
  throw new JqError(`${describe(value)} has no keys`);
}
