import type { Co } from "../co.ts";
import { expandedSubscript } from "../expand/subscript.ts";
import type { Shell } from "../shell.ts";
import { isName } from "../variable.ts";

const ELEMENT = /^([A-Za-z_][A-Za-z0-9_]*)\[(.+)\]$/s;

/** Whether the text names a variable or an element of an array. */
export function isReference(text: string): boolean {
  return isName(text) || ELEMENT.test(text);
}

/** Assigns to a variable or element whose name was given to a builtin. @throws ShellError readonly */
export function* assignReference(shell: Shell, reference: string, value: string): Co<void> {
  const element = ELEMENT.exec(reference);
  if (!element) return shell.vars.set(reference, value);
  shell.vars.setElement(element[1]!, yield* expandedSubscript(shell, element[2]!), value);
}

/** Reports that a name is not valid. The caller decides on the status. */
export function notIdentifier(shell: Shell, name: string, text: string): void {
  shell.fail(name, `\`${text}': not a valid identifier`);
}
