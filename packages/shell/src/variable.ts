import type { IndexedArray } from "./indexed-array.ts";
import type { Shell } from "./shell.ts";

// Attributes, as bits of Variable.flags.
export const EXPORT = 1;
export const READONLY = 2;
export const INTEGER = 4;
export const LOWER = 8;
export const UPPER = 16;
export const CAPITALIZE = 32;
export const NAMEREF = 64;
export const TRACE = 128;
/** Declared as an array, but never assigned. */
export const UNASSIGNED = 256;
/** Assigned before a command, for its time. */
export const TEMPORARY = 512;

/** The scope of global variables; functions and temporary environments have higher numbers. */
export const GLOBAL_SCOPE = 0;

/** A value computed at each use: RANDOM, LINENO … */
export interface DynamicValue {
  get(shell: Shell): string;
  /** The elements, if it is an array. */
  list?(shell: Shell): readonly string[];
  /** Absent: assignments are ignored. */
  set?(shell: Shell, value: string): void;
}

/** One shell variable. At most one of `value`, `indexed` and `assoc` is set; none: declared, but unset. */
export interface Variable {
  readonly name: string;
  value: string | undefined;
  indexed: IndexedArray | undefined;
  assoc: Map<string, string> | undefined;
  flags: number;
  dynamic: DynamicValue | undefined;
  /** Which scope declared it. */
  readonly scope: number;
  /** What it hides. */
  readonly outer: Variable | undefined;
  /** Whose it is; others copy it before they change it. */
  readonly owner: object;
}

/** Whether it counts as set for ${x-…}, -v and nounset (an array: element 0). */
export function isSet(variable: Variable): boolean {
  if (variable.indexed) return variable.indexed.get(0) !== undefined;
  if (variable.assoc) return variable.assoc.has("0");
  return variable.value !== undefined || variable.dynamic !== undefined;
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

export function isName(text: string): boolean {
  return NAME.test(text);
}

/** The letters of ${x@a} and `declare -p`, in bash's order. */
export function attributeLetters(variable: Variable): string {
  const { flags } = variable;
  let letters = "";
  if (variable.indexed) letters += "a";
  if (variable.assoc) letters += "A";
  if (flags & INTEGER) letters += "i";
  if (flags & NAMEREF) letters += "n";
  if (flags & READONLY) letters += "r";
  if (flags & TRACE) letters += "t";
  if (flags & EXPORT) letters += "x";
  if (flags & CAPITALIZE) letters += "c";
  if (flags & LOWER) letters += "l";
  if (flags & UPPER) letters += "u";
  return letters;
}
