// Variables and functions as the commands that would declare them: declare -p, export -p, set.

import { orderedEntries } from "../assoc-order.ts";
import { splitBytes } from "../locale.ts";
import { quoteAnsiC, quoteDouble, quoteIfNeeded } from "../quote.ts";
import type { Shell } from "../shell.ts";
import { attributeLetters, UNASSIGNED, type Variable } from "../variable.ts";

/** declare -ax name=([0]="…") */
export function declarationText(shell: Shell, variable: Variable): string {
  const letters = attributeLetters(variable);
  const head = `declare -${letters === "" ? "-" : letters} ${variable.name}`;
  const value = valueText(shell, variable);
  return value === undefined ? head : `${head}=${value}`;
}

function valueText(shell: Shell, variable: Variable): string | undefined {
  if (variable.indexed || variable.assoc) {
    if (variable.flags & UNASSIGNED) return undefined;
    return arrayText(variable);
  }
  const value = shell.vars.valueOf(variable);
  return value === undefined ? undefined : quoteDouble(shell.bytewise ? splitBytes(value) : value);
}

/** ([0]="a" [5]="b") */
function arrayText(variable: Variable): string {
  if (variable.assoc) {
    const pairs = orderedEntries(variable.assoc).map(
      ([key, value]) => `[${keyText(key)}]=${quoteDouble(value)} `,
    );
    return `(${pairs.join("")})`;
  }
  const array = variable.indexed!;
  return `(${array
    .keys()
    .map((key) => `[${key}]=${quoteDouble(array.get(key)!)}`)
    .join(" ")})`;
}

function keyText(key: string): string {
  if (/[\x00-\x1f\x7f]/.test(key)) return quoteAnsiC(key);
  return /^[\w%+,./:=@^-]+$/u.test(key) ? key : quoteDouble(key);
}

/** name=value as `set` lists it; undefined for a variable without a value. */
export function assignmentText(shell: Shell, variable: Variable): string | undefined {
  if (variable.indexed || variable.assoc) {
    return variable.flags & UNASSIGNED ? undefined : `${variable.name}=${arrayText(variable)}`;
  }
  const value = shell.vars.valueOf(variable);
  if (value === undefined) return undefined;
  return `${variable.name}=${value === "" ? "" : quoteIfNeeded(value)}`;
}
