import { IndexedArray } from "./indexed-array.ts";
import type { Variable } from "./variable.ts";

/**
 * The indexed array of a variable that is not associative. It is created if necessary, with a scalar value as element
 * 0.
 */
export function asIndexed(variable: Variable): IndexedArray {
  if (variable.indexed) return variable.indexed;
  const { value } = variable;
  variable.value = undefined;
  return (variable.indexed = value === undefined ? new IndexedArray() : IndexedArray.from([value]));
}

/**
 * The associative array of a variable that is not indexed. It is created if necessary, with a scalar value as element
 * "0".
 */
export function asAssociative(variable: Variable): Map<string, string> {
  if (variable.assoc) return variable.assoc;
  const { value } = variable;
  variable.value = undefined;
  return (variable.assoc = new Map(value === undefined ? [] : [["0", value]]));
}
