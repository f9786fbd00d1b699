import { evaluateText } from "./arith/evaluate.ts";
import { ShellError } from "./errors.ts";
import type { IndexedArray } from "./indexed-array.ts";
import type { Shell } from "./shell.ts";

/** The index that a subscript's text means. @throws ShellError before the first element, beyond the last possible */
export function indexOf(shell: Shell, name: string, array: IndexedArray, subscript: string): number {
  const index = indexOrUndefined(shell, array, subscript);
  if (index === undefined) throw new ShellError(`${name}[${subscript}]: bad array subscript`);
  return index;
}

/** As indexOf(); undefined where that has none. Negative ones count from the end. */
export function indexOrUndefined(shell: Shell, array: IndexedArray, subscript: string): number | undefined {
  const index = evaluateText(shell, subscript);
  if (typeof index === "bigint") return undefined;
  const fromStart = index < 0 ? array.end + index : index;
  return fromStart < 0 ? undefined : fromStart;
}
