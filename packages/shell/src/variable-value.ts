// What an assignment stores, by the attributes of the variable. Source: bash(1) "declare".

import { evaluateText } from "./arith/evaluate.ts";
import { ShellError } from "./errors.ts";
import { joinBytes, splitBytes } from "./locale.ts";
import type { Shell } from "./shell.ts";
import { CAPITALIZE, INTEGER, LOWER, UPPER, type Variable } from "./variable.ts";

/** Attributes that change what is stored. */
export const TRANSFORMED = INTEGER | LOWER | UPPER | CAPITALIZE;
/** Longer values are refused, as a real shell runs out of memory for them. */
export const MAX_LENGTH = 1 << 25;

/** The value as the attributes want it. */
export function convertValue(
  shell: Shell,
  variable: Variable,
  value: string,
  append: boolean,
  old: string | undefined,
): string {
  const { flags } = variable;
  if (flags & INTEGER) {
    return String(
      append ? evaluateText(shell, `${old || "0"}+(${value || "0"})`) : evaluateText(shell, value),
    );
  }
  const text = append && old !== undefined ? old + value : value;
  if (text.length > MAX_LENGTH) throw new ShellError(`cannot allocate ${text.length} bytes`, 2, "exit");
  if ((flags & TRANSFORMED) === 0) return text;
  return shell.bytewise ? joinBytes(inCase(splitBytes(text), flags)) : inCase(text, flags);
}

function inCase(text: string, flags: number): string {
  if (flags & UPPER) return text.toUpperCase();
  if (flags & LOWER) return text.toLowerCase();
  return text.charAt(0).toUpperCase() + text.slice(1).toLowerCase();
}
