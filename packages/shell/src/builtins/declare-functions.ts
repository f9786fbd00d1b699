// declare -f, declare -F, export -f, readonly -f.

import type { Co } from "../co.ts";
import { printFunction } from "../print/printer.ts";
import type { Shell, ShellFunction } from "../shell.ts";
import { EXPORT, READONLY, TRACE } from "../variable.ts";
import type { Declaration } from "./declare.ts";

function letters(fn: ShellFunction): string {
  return `-f${fn.readonly ? "r" : ""}${fn.traced ? "t" : ""}${fn.exported ? "x" : ""}`;
}

export function* printFunctions(shell: Shell, declaration: Declaration): Co<number> {
  const { name, operands, functionNames } = declaration;
  let status = 0;
  let text = "";
  const names = operands.length > 0 ? operands : [...shell.functions.keys()].sort();
  for (const each of names) {
    const fn = shell.functions.get(each);
    if (!fn) {
      status = 1;
      continue;
    }
    if (functionNames && operands.length > 0) {
      text += shell.shopt.extdebug ? `${each} ${fn.definition.line} ${fn.source}\n` : `${each}\n`;
    } else if (functionNames) text += `declare ${letters(fn)} ${each}\n`;
    else
      text += `${printFunction(fn.definition)}\n${letters(fn) === "-f" ? "" : `declare ${letters(fn)} ${each}\n`}`;
  }
  return (yield* shell.print(name, text)) || status;
}

export function setFunctionAttributes(shell: Shell, declaration: Declaration): number {
  const { name, operands, on, off } = declaration;
  let status = 0;
  for (const operand of operands) {
    const fn = shell.functions.get(operand);
    if (!fn) {
      status = shell.fail(name, `${operand}: not a function`);
      continue;
    }
    shell.functions.set(operand, {
      ...fn,
      exported: off & EXPORT ? false : fn.exported || (on & EXPORT) !== 0,
      readonly: fn.readonly || (on & READONLY) !== 0,
      traced: fn.traced || (on & TRACE) !== 0,
    });
  }
  shell.vars.environmentChanged();
  return status;
}
