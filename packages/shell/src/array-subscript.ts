import { evaluateSubscript } from "./arith/evaluate.ts";
import { add, type Int } from "./arith/int64.ts";
import { ShellError } from "./errors.ts";
import type { IndexedArray } from "./indexed-array.ts";
import type { Shell } from "./shell.ts";

/** The index that a subscript's text stands for. @throws ShellError it lies before the first element */
export function indexOf(shell: Shell, name: string, array: IndexedArray, subscript: string): Int {
  const index = indexOrUndefined(shell, array, subscript);
  if (index === undefined) throw new ShellError(`${name}[${subscript}]: bad array subscript`);
  return index;
}

/** As indexOf(), but undefined where that throws. */
export function indexOrUndefined(shell: Shell, array: IndexedArray, subscript: string): Int | undefined {
  const index = fromStart(array, evaluateSubscript(shell, subscript));
  return index < 0 ? undefined : index;
}

/**
 * Converts a negative index, which counts from the end. The result is less than 0 if it lies before the first element.
 */
export function fromStart(array: IndexedArray, index: Int): Int {
  return index < 0 ? add(array.end, index) : index;
}
