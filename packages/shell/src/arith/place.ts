// What arithmetic reads from and assigns to: a variable or an element of an array.

import type { ArithNode } from "../ast.ts";
import { ShellError } from "../errors.ts";
import type { Shell } from "../shell.ts";
import { NAMEREF } from "../variable.ts";
import { evaluateNested, evaluateSubscript } from "./evaluate.ts";
import { type Int, smallDecimal } from "./int64.ts";

/** A place found once, so that a subscript's side effects happen once. */
export interface Reference {
  get(): Int;
  set(value: Int): void;
}

export interface Place {
  read(shell: Shell): Int;
  refer(shell: Shell): Reference;
}

/** The number a variable stands for: its value is itself an expression. */
export function readVariable(shell: Shell, name: string): Int {
  const text = shell.vars.get(name);
  if (text === undefined) return unset(shell, name);
  return smallDecimal(text) ?? evaluateNested(shell, text);
}

function unset(shell: Shell, name: string): Int {
  if (shell.set.nounset) throw new ShellError(`${name}: unbound variable`, shell.fatalStatus, "exit");
  return 0;
}

export function placeOf(node: ArithNode): Place {
  if (node.type !== "variable") throw new ShellError("attempted assignment to non-variable");
  const { name, subscript } = node;
  if (subscript !== undefined) return elementPlace(name, subscript);
  return {
    read: (shell) => readVariable(shell, name),
    refer: (shell) => ({
      get: () => readVariable(shell, name),
      set: (value) => shell.vars.set(name, String(value)),
    }),
  };
}

function elementPlace(name: string, subscript: string): Place {
  const read = (shell: Shell, key: string): Int => {
    const { variable } = elementTarget(shell, name);
    const text = variable && shell.vars.element(variable, key);
    return text === undefined
      ? unset(shell, `${name}[${key}]`)
      : (smallDecimal(text) ?? evaluateNested(shell, text));
  };
  return {
    read: (shell) => read(shell, keyOf(shell, name, subscript)),
    refer: (shell) => {
      const key = keyOf(shell, name, subscript);
      return {
        get: () => read(shell, key),
        set: (value) => shell.vars.setElement(name, key, String(value)),
      };
    },
  };
}

function elementTarget(shell: Shell, name: string) {
  const variable = shell.vars.lookup(name);
  return variable && variable.flags & NAMEREF ? shell.vars.target(name) : { name, variable };
}

/** The key or the index, evaluated so that it can be used twice. */
function keyOf(shell: Shell, name: string, subscript: string): string {
  const { variable } = elementTarget(shell, name);
  if (variable?.assoc) return unquoted(subscript);
  return String(evaluateSubscript(shell, subscript));
}

function unquoted(key: string): string {
  const quote = key[0];
  const quoted = key.length >= 2 && (quote === '"' || quote === "'") && key.endsWith(quote);
  return quoted ? key.slice(1, -1) : key;
}
