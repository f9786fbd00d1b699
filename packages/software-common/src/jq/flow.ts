// How results come out of an expression: one by one, each with where it came from, now and then a pause.

import type { Node } from "./ast.ts";
import { describe, excerpt } from "./describe.ts";
import { writeJson } from "./json-writer.ts";
import { JqError, type Value } from "./value.ts";

/** Where a value is in the input of path(): its keys, last first. */
export interface Path {
  readonly key: Value;
  readonly parent: Path | undefined;
}

/** The path of the input itself. */
export const ROOT: Path = { key: null, parent: undefined };

export interface Item {
  readonly value: Value;
  /** Undefined where no path is asked for, null where the value has none. */
  readonly path: Path | null | undefined;
}

/** Given out instead of a result: the runtime has something to wait for. */
export const PAUSE = Symbol("pause");

export type Flow = Generator<Item | typeof PAUSE, void, void>;
/** Work with one result. */
export type Task<T> = Generator<typeof PAUSE, T, void>;

/** Names in scope: values, and functions with the scope they were written in. */
export interface Env {
  readonly key: string;
  readonly value: Value | undefined;
  readonly closure: Closure | undefined;
  readonly parent: Env | undefined;
}

export interface Closure {
  readonly params: readonly string[];
  readonly body: Node;
  /** Undefined: the scope that the function itself is defined in. */
  readonly env: Env | undefined;
}

/** What `break` throws for its `label`. */
export class Break {
  readonly label: object;

  constructor(label: object) {
    this.label = label;
  }
}

/** A value that was calculated from an item: no path leads to it. */
export const derived = (value: Value, from: Item): Item => ({
  value,
  path: from.path === undefined ? undefined : null,
});

/** What is at a key of an item. */
export function child(item: Item, key: Value, value: Value): Item {
  const { path } = item;
  if (path === undefined) return { value, path };
  if (path === null)
    throw new JqError(`Invalid path expression with result ${excerpt(writeJson(item.value), 30)}`);
  return { value, path: { key, parent: path } };
}

export function requirePath(item: Item): void {
  if (item.path === null)
    throw new JqError(`Invalid path expression with result ${excerpt(writeJson(item.value), 30)}`);
}

export function keysOfPath(path: Path): Value[] {
  const keys: Value[] = [];
  for (let at: Path = path; at.parent !== undefined; at = at.parent) keys.push(at.key);
  return keys.reverse();
}

export const cannotIterate = (value: Value): JqError =>
  new JqError(value === null ? "Cannot iterate over null" : `Cannot iterate over ${describe(value)}`);
