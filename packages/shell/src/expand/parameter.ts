// ${…}: find the value or values, apply the operation, put the result where it goes. Source: bash(1) "Parameter
// Expansion".

import { evaluateSubscript } from "../arith/evaluate.ts";
import { wrap } from "../arith/int64.ts";
import { fromStart } from "../array-subscript.ts";
import { orderedEntries } from "../assoc-order.ts";
import type { ParameterPart, Subscript, Word } from "../ast.ts";
import type { Co } from "../co.ts";
import { ShellError } from "../errors.ts";
import type { Shell } from "../shell.ts";
import { isName, NAMEREF, type Variable } from "../variable.ts";
import type { Builder } from "./builder.ts";
import { applyOperation } from "./operations.ts";
import { unboundName } from "./quick.ts";
import { parameterValue } from "./special.ts";
import { subscriptText } from "./subscript.ts";
import { type Context, expandArithmeticText, expandString, splitText } from "./word.ts";

const ELEMENTS_PER_BREATH = 4096;

/** A parameter's value before and after its operation: one value, which may be unset, or a list. */
export interface Values {
  /** The name used in messages. */
  name: string;
  /** The variable, for assignment by ${name:=…} and for its attributes. */
  variable: Variable | undefined;
  /** The key of an element, when one was asked for. */
  key: string | undefined;
  scalar: string | undefined;
  list: readonly string[] | undefined;
  /** The list is $* or ${a[*]}. */
  star: boolean;
}

export function* expandParameter(
  shell: Shell,
  part: ParameterPart,
  builder: Builder,
  context: Context,
): Co<void> {
  const { operation } = part;
  if (operation?.type === "bad" || part.name === "") throw new ShellError(`${part.text}: bad substitution`);
  if (operation?.type === "names") {
    const names = shell.vars.namesWithPrefix(part.name);
    return yield* emitValues(shell, listOf(part.name, names, operation.form === "*"), builder, context);
  }
  if (operation?.type === "keys") {
    const values = listOf(part.name, keysOf(shell, part.name), operation.form === "*");
    return yield* emitValues(shell, values, builder, context);
  }
  const values = part.indirect
    ? yield* lookupIndirect(shell, part)
    : yield* lookupParameter(shell, part.name, part.subscript);
  if (operation) {
    const result = yield* applyOperation(shell, part, operation, values, builder, context);
    if (result) yield* emitValues(shell, result, builder, context);
    return;
  }
  requireSet(shell, values);
  yield* emitValues(shell, values, builder, context);
}

/** @throws ShellError if it is unset and nounset is on */
export function requireSet(shell: Shell, values: Values): void {
  if (shell.set.nounset && values.list === undefined && values.scalar === undefined) {
    throw new ShellError(`${unboundName(values.name)}: unbound variable`, shell.fatalStatus, "exit");
  }
}

function* emitValues(shell: Shell, values: Values, builder: Builder, context: Context): Co<void> {
  const { list, star } = values;
  const quoted = context === "quoted";
  if (list === undefined) {
    if (quoted) builder.quoted(values.scalar ?? "");
    else if (values.scalar !== undefined) yield* splitText(shell, builder, values.scalar);
    return;
  }
  if (quoted && star) {
    builder.quoted(list.join(shell.ifs.joiner));
    return;
  }
  for (let i = 0; i < list.length; i++) {
    if (i > 0) builder.nextElement(star, quoted);
    if (quoted) builder.quoted(list[i]!);
    else yield* splitText(shell, builder, list[i]!);
    if (i % ELEMENTS_PER_BREATH === ELEMENTS_PER_BREATH - 1) yield* shell.breathe();
  }
}

function scalarOf(name: string, scalar: string | undefined, variable?: Variable, key?: string): Values {
  return { name, scalar, variable, key, list: undefined, star: false };
}

function listOf(name: string, list: readonly string[], star: boolean, variable?: Variable): Values {
  return { name, list, star, variable, key: undefined, scalar: undefined };
}

function* lookupParameter(shell: Shell, name: string, subscript?: Subscript): Co<Values> {
  if (name === "@" || name === "*") return listOf(name, shell.positional, name === "*");
  if (!subscript) return yield* lookupPlain(shell, name);
  const target = shell.vars.target(name);
  // An element of an array has no elements itself: a further subscript finds nothing.
  const variable = target.subscript === undefined ? target.variable : undefined;
  if (subscript.type === "all")
    return listOf(name, elementsOf(shell, variable), subscript.form === "*", variable);
  return yield* lookupElement(shell, name, variable, subscript.word);
}

function* lookupPlain(shell: Shell, name: string): Co<Values> {
  const seen = shell.vars.lookup(name);
  if (!seen) return scalarOf(name, parameterValue(shell, name));
  if ((seen.flags & NAMEREF) === 0) return scalarOf(name, shell.vars.valueOf(seen), seen);
  const target = shell.vars.target(name);
  if (target.subscript === "@" || target.subscript === "*") {
    return listOf(name, elementsOf(shell, target.variable), target.subscript === "*", target.variable);
  }
  if (target.subscript === undefined) return scalarOf(name, shell.vars.get(name), target.variable);
  return yield* lookupElementByText(shell, target, target.subscript);
}

function* lookupElement(shell: Shell, name: string, variable: Variable | undefined, word: Word): Co<Values> {
  const key = yield* subscriptKey(shell, variable, word);
  return elementAt(shell, name, variable, key, `${name}[${word.text}]`);
}

function* lookupElementByText(
  shell: Shell,
  { name, variable }: { name: string; variable: Variable | undefined },
  subscript: string,
): Co<Values> {
  const key = yield* subscriptText(shell, variable, subscript);
  return elementAt(shell, name, variable, key, `${name}[${subscript}]`);
}

function elementAt(
  shell: Shell,
  name: string,
  variable: Variable | undefined,
  key: string,
  label: string,
): Values {
  if (!variable) return scalarOf(label, undefined, undefined, key);
  if (variable.assoc) {
    if (key === "") throw new ShellError(`${label}: bad array subscript`);
    return scalarOf(label, variable.assoc.get(key), variable, key);
  }
  if (!variable.indexed) {
    return scalarOf(
      label,
      Number(key) === 0 || Number(key) === -1 ? shell.vars.valueOf(variable) : undefined,
      variable,
      key,
    );
  }
  const at = fromStart(variable.indexed, wrap(BigInt(key)));
  if (at < 0) shell.complain(`${name}: bad array subscript`);
  return scalarOf(label, at < 0 ? undefined : variable.indexed.get(at), variable, String(at));
}

/** A subscript's key: text for associative arrays, a number's text for all others. */
export function* subscriptKey(shell: Shell, variable: Variable | undefined, word: Word): Co<string> {
  if (variable?.assoc) return yield* expandString(shell, word);
  const text = yield* expandArithmeticText(shell, word);
  return String(evaluateSubscript(shell, text));
}

export function elementsOf(shell: Shell, variable: Variable | undefined): readonly string[] {
  if (!variable) return [];
  if (variable.indexed) return variable.indexed.values();
  if (variable.assoc) return orderedEntries(variable.assoc).map(([, value]) => value);
  const value = shell.vars.valueOf(variable);
  return value === undefined ? [] : [value];
}

function keysOf(shell: Shell, name: string): string[] {
  const { variable } = shell.vars.target(name);
  if (!variable) return [];
  if (variable.indexed) return variable.indexed.keys().map(String);
  if (variable.assoc) return orderedEntries(variable.assoc).map(([key]) => key);
  return shell.vars.valueOf(variable) === undefined ? [] : ["0"];
}

/** ${!name}: the value of name is the name to look up. For a nameref, the name of its target is the result. */
function* lookupIndirect(shell: Shell, part: ParameterPart): Co<Values> {
  const seen = shell.vars.lookup(part.name);
  if (seen && seen.flags & NAMEREF && !part.subscript) return scalarOf(part.name, seen.value);
  const pointer = yield* lookupParameter(shell, part.name, part.subscript);
  const reference = pointer.list ? pointer.list.join(" ") : pointer.scalar;
  if (reference === undefined) {
    if (seen && part.operation?.type === "transform") return scalarOf(part.name, undefined);
    throw new ShellError(`${part.name}: invalid indirect expansion`);
  }
  return yield* lookupReference(shell, reference);
}

/** A parameter by the text of its name: "x", "a[1]", "a[@]", "3", "@". @throws ShellError */
function* lookupReference(shell: Shell, reference: string): Co<Values> {
  const bracket = reference.indexOf("[");
  const name = bracket > 0 && reference.endsWith("]") ? reference.slice(0, bracket) : reference;
  if (!isName(name) && !/^(\d+|[@*#?$!-])$/.test(name)) {
    throw new ShellError(`${reference}: invalid variable name`);
  }
  if (name === reference) return yield* lookupParameter(shell, name);
  const subscript = reference.slice(bracket + 1, -1);
  if (subscript === "@" || subscript === "*") {
    return yield* lookupParameter(shell, name, { type: "all", form: subscript });
  }
  return yield* lookupElementByText(shell, shell.vars.target(name), subscript);
}
