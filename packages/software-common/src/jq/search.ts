import { compare, isArray, type Value } from "./value.ts";

/** Where a value, or a sequence of them, is in a list. */
export function indicesOf(list: readonly Value[], wanted: Value): Value[] {
  const found: Value[] = [];
  const sequence = isArray(wanted) ? wanted : [wanted];
  if (sequence.length === 0) return found;
  for (let i = 0; i + sequence.length <= list.length; i++) {
    if (sequence.every((item, j) => compare(list[i + j]!, item) === 0)) found.push(i);
  }
  return found;
}

/** Where a text is in another, in code points; occurrences may overlap. */
export function textIndices(text: string, wanted: string): Value[] {
  const found: Value[] = [];
  if (wanted === "") return found;
  let points = 0;
  let counted = 0;
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
    for (; counted < at; counted++) if ((text.charCodeAt(counted) & 0xfc00) !== 0xdc00) points++;
    found.push(points);
  }
  return found;
}
