// declare, typeset, local, export, readonly. Source: bash(1).

import { asAssociative, asIndexed } from "../array-variable.ts";
import type { ArrayElement } from "../ast.ts";
import type { Co } from "../co.ts";
import { endsCommand, ShellError } from "../errors.ts";
import { subscriptText } from "../expand/subscript.ts";
import { Parser } from "../parser/parser.ts";
import { ShellSyntaxError } from "../parser/syntax-error.ts";
import { printFunction } from "../print/printer.ts";
import { assignElements } from "../run/assign.ts";
import type { Shell } from "../shell.ts";
import { traceDeclared } from "../trace.ts";
import {
  CAPITALIZE,
  EXPORT,
  GLOBAL_SCOPE,
  INTEGER,
  isName,
  LOWER,
  NAMEREF,
  READONLY,
  TEMPORARY,
  TRACE,
  UNASSIGNED,
  UPPER,
  type Variable,
} from "../variable.ts";
import type { Builtin } from "./builtin.ts";
import { assignmentText, declarationText } from "./declaration-text.ts";
import { printFunctions, setFunctionAttributes } from "./declare-functions.ts";
import { usageError } from "./options.ts";

const ATTRIBUTES: Readonly<Record<string, number>> = {
  c: CAPITALIZE,
  i: INTEGER,
  l: LOWER,
  n: NAMEREF,
  r: READONLY,
  t: TRACE,
  u: UPPER,
  x: EXPORT,
};

/** What the options of a declaration builtin ask for. */
export interface Declaration {
  name: string;
  on: number;
  off: number;
  indexed: boolean;
  associative: boolean;
  functions: boolean;
  functionNames: boolean;
  global: boolean;
  inherit: boolean;
  print: boolean;
  operands: string[];
}

const CASES = LOWER | UPPER | CAPITALIZE;

function parseDeclaration(shell: Shell, name: string, args: string[]): Declaration | number {
  const declaration: Declaration = {
    name,
    on: 0,
    off: 0,
    indexed: false,
    associative: false,
    functions: false,
    functionNames: false,
    global: false,
    inherit: false,
    print: false,
    operands: [],
  };
  let at = 0;
  for (; at < args.length; at++) {
    const word = args[at]!;
    if (word === "--") {
      at++;
      break;
    }
    if (!/^[-+]./.test(word)) break;
    for (const letter of word.slice(1)) {
      if (!applyLetter(declaration, letter, word[0] === "-")) {
        return usageError(shell, name, `${word[0]}${letter}: invalid option`);
      }
    }
  }
  declaration.operands = args.slice(at);
  return declaration;
}

function applyLetter(declaration: Declaration, letter: string, on: boolean): boolean {
  const bit = ATTRIBUTES[letter];
  if (bit !== undefined) {
    if (on) declaration.on |= bit;
    else declaration.off |= bit;
    return true;
  }
  switch (letter) {
    case "a":
      declaration.indexed = on;
      return true;
    case "A":
      declaration.associative = on;
      return true;
    case "f":
      declaration.functions = true;
      return true;
    case "F":
      declaration.functions = true;
      declaration.functionNames = true;
      return true;
    case "g":
      declaration.global = true;
      return true;
    case "I":
      declaration.inherit = true;
      return true;
    case "p":
      declaration.print = true;
      return true;
    default:
      return false;
  }
}

function* runDeclare(shell: Shell, args: string[], name: string): Co<number> {
  if (name === "local" && shell.frames.every((frame) => frame.name === "source")) {
    return shell.fail("local", "can only be used in a function");
  }
  const declaration = parseDeclaration(shell, name, args);
  if (typeof declaration === "number") return declaration;
  if (declaration.functions) {
    return declaration.on !== 0 && declaration.operands.length > 0
      ? setFunctionAttributes(shell, declaration)
      : yield* printFunctions(shell, declaration);
  }
  if (declaration.print || declaration.operands.length === 0)
    return yield* printVariables(shell, declaration);
  return yield* declareAll(shell, declaration);
}

function* declareAll(shell: Shell, declaration: Declaration): Co<number> {
  let status = 0;
  for (const operand of declaration.operands) {
    if (declaration.name === "local" && operand === "-") {
      const frame = shell.frames[shell.frames.length - 1]!;
      frame.savedOptions ??= { ...shell.set };
      continue;
    }
    try {
      status = (yield* declareOne(shell, declaration, operand)) || status;
    } catch (error) {
      if (!endsCommand(error)) throw error;
      status = shell.fail(declaration.name, error.message);
    }
  }
  return status;
}

const OPERAND = /^([A-Za-z_][A-Za-z0-9_]*)(\[[\s\S]*?\])?(?:(\+?)=([\s\S]*))?$/;

function* declareOne(shell: Shell, declaration: Declaration, operand: string): Co<number> {
  const array = shell.arrayArguments.get(operand);
  const match = array ? [operand, array.name, undefined, array.append ? "+" : "", ""] : OPERAND.exec(operand);
  const plain = declaration.name === "export" || declaration.name === "readonly";
  if (!match || !isName(match[1]!) || (plain && match[2] !== undefined)) {
    return shell.fail(declaration.name, `\`${operand}': not a valid identifier`);
  }
  const [, name, subscript, append, value] = match as [
    string,
    string,
    string | undefined,
    string,
    string | undefined,
  ];
  const variable = prepare(shell, declaration, name, array !== undefined || subscript !== undefined);
  if (declaration.on & NAMEREF) aimNameref(shell, declaration, variable, name, value);
  else if (array) yield* assignElements(shell, name, array.value as never, array.append);
  else if (value !== undefined) {
    const elements = subscript === undefined && elementsOf(declaration, value);
    if (elements) yield* assignElements(shell, name, elements, append === "+");
    else if (subscript !== undefined) {
      const key = yield* subscriptText(shell, variable, subscript.slice(1, -1));
      shell.vars.setElement(name, key, value, append === "+");
    } else if (declaration.global) setGlobal(shell, variable, value);
    else shell.vars.set(name, value, append === "+");
  }
  applyAttributes(shell, declaration, name);
  return 0;
}

/** The elements of an array given as text: declare -a name='(…)'. */
function elementsOf({ indexed, associative }: Declaration, value: string): ArrayElement[] | undefined {
  if (!(indexed || associative) || !/^\(.*\)$/s.test(value)) return undefined;
  try {
    const list = new Parser(`array=${value}`).nextCommand();
    const command = typeof list === "string" ? undefined : list.items[0]?.command.first.commands[0];
    const parsed = command?.type === "simple" ? command.assignments[0]?.value : undefined;
    return Array.isArray(parsed) ? parsed : undefined;
  } catch (error) {
    if (error instanceof ShellSyntaxError) return undefined;
    throw error;
  }
}

/** The variable to declare, of the right scope and kind, with the attributes that change how values are stored. */
function prepare(shell: Shell, declaration: Declaration, name: string, isArray: boolean): Variable {
  const variable = place(shell, declaration, name);
  const storing = declaration.on & (INTEGER | CASES);
  if (storing !== 0 && variable.flags & READONLY) throw new ShellError(`${name}: readonly variable`);
  if (declaration.on & CASES) variable.flags &= ~CASES;
  variable.flags = (variable.flags | storing) & ~(declaration.off & (INTEGER | CASES));
  const fresh = !variable.indexed && !variable.assoc && variable.value === undefined;
  if (declaration.associative) {
    if (variable.indexed) throw new ShellError(`${name}: cannot convert indexed to associative array`);
    asAssociative(variable);
  } else if (declaration.indexed || (isArray && !variable.assoc)) {
    if (variable.assoc) throw new ShellError(`${name}: cannot convert associative to indexed array`);
    asIndexed(variable);
  }
  if (fresh && !variable.dynamic) variable.flags |= UNASSIGNED;
  return variable;
}

function place(shell: Shell, declaration: Declaration, name: string): Variable {
  const { vars } = shell;
  if (declaration.name === "export" || declaration.name === "readonly") {
    const target = declaration.on & NAMEREF ? name : vars.target(name).name;
    const seen = vars.lookup(target);
    return seen ? vars.writableExact(seen) : vars.writable(target);
  }
  if (declaration.global) return vars.globalVariable(name);
  const scope = shell.localScope;
  if (scope === GLOBAL_SCOPE) {
    const target =
      declaration.on & NAMEREF || declaration.off & NAMEREF ? name : vars.target(name).name || name;
    const seen = vars.lookup(target);
    return seen ? vars.writableExact(seen) : vars.writable(target);
  }
  const outer = vars.lookup(name);
  const isNew = outer?.scope !== scope;
  const inherits =
    outer &&
    isNew &&
    (declaration.inherit || shell.shopt.localvar_inherit || (outer.flags & TEMPORARY) !== 0);
  const variable = vars.declareLocal(name, scope);
  if (inherits) inherit(variable, outer);
  return variable;
}

function inherit(variable: Variable, outer: Variable): void {
  variable.value = outer.value;
  variable.indexed = outer.indexed?.copy();
  variable.assoc = outer.assoc && new Map(outer.assoc);
  variable.flags = outer.flags & ~(NAMEREF | TEMPORARY);
}

function setGlobal(shell: Shell, variable: Variable, value: string): void {
  if (variable.flags & READONLY) throw new ShellError(`${variable.name}: readonly variable`);
  if (variable.indexed) variable.indexed.set(0, value);
  else if (variable.assoc) variable.assoc.set("0", value);
  else variable.value = value;
  variable.flags &= ~UNASSIGNED;
  shell.vars.noteChange(variable.name, value);
}

function aimNameref(
  shell: Shell,
  declaration: Declaration,
  variable: Variable,
  name: string,
  value: string | undefined,
): void {
  const target = value ?? variable.value;
  if (target !== undefined && target !== "") {
    if (target === name) {
      if (shell.localScope === GLOBAL_SCOPE) {
        throw new ShellError(`${name}: nameref variable self references not allowed`);
      }
      shell.complain(`${declaration.name}: warning: ${name}: circular name reference`);
    }
    if (!/^[A-Za-z_][A-Za-z0-9_]*(\[[\s\S]*\])?$/.test(target)) {
      throw new ShellError(`\`${target}': invalid variable name for name reference`);
    }
    variable.value = target;
    if (target.includes("[")) shell.vars.elementNamerefs = true;
  }
  if (variable.indexed || variable.assoc)
    throw new ShellError(`${name}: reference variable cannot be an array`);
  variable.flags = (variable.flags | NAMEREF) & ~UNASSIGNED;
}

function applyAttributes(shell: Shell, declaration: Declaration, name: string): void {
  const { vars } = shell;
  const followed = declaration.on & NAMEREF || declaration.off & NAMEREF ? name : vars.target(name).name;
  const seen = declaration.global ? vars.globalVariable(name) : vars.lookup(followed);
  if (!seen) return;
  if (declaration.off & READONLY && seen.flags & READONLY) throw new ShellError(`${name}: readonly variable`);
  const variable = vars.writableExact(seen);
  variable.flags = (variable.flags | (declaration.on & ~NAMEREF)) & ~declaration.off;
  vars.environmentChanged();
}

// ── listing ────────────────────────────────────────────────────────────

function* printVariables(shell: Shell, declaration: Declaration): Co<number> {
  const { name, operands } = declaration;
  if (operands.length > 0) return yield* printNamed(shell, name, operands);
  const wanted = declaration.on;
  const names = name === "local" ? [...shell.vars.localNames()] : [...shell.vars.names()];
  let text = "";
  for (const each of names.sort()) {
    const variable = shell.vars.lookup(each)!;
    if ((variable.flags & wanted) !== wanted) continue;
    if (declaration.indexed && !variable.indexed) continue;
    if (declaration.associative && !variable.assoc) continue;
    const filtered =
      name === "local" || declaration.print || wanted !== 0 || declaration.indexed || declaration.associative;
    const line = filtered ? listed(shell, declaration, variable) : assignmentText(shell, variable);
    if (line !== undefined) text += `${line}\n`;
  }
  if (
    name !== "local" &&
    !declaration.print &&
    wanted === 0 &&
    !declaration.indexed &&
    !declaration.associative
  ) {
    for (const each of [...shell.functions.keys()].sort())
      text += `${printFunction(shell.functions.get(each)!.definition)}\n`;
  }
  return yield* shell.print(name, text);
}

function listed(shell: Shell, declaration: Declaration, variable: Variable): string {
  const text = declarationText(shell, variable);
  if (!shell.set.posix || (declaration.name !== "export" && declaration.name !== "readonly")) return text;
  return text.replace(/^declare -\S+/, declaration.name);
}

function* printNamed(shell: Shell, name: string, operands: readonly string[]): Co<number> {
  let status = 0;
  let text = "";
  for (const operand of operands) {
    const variable = shell.vars.lookup(operand);
    if (variable) text += `${declarationText(shell, variable)}\n`;
    else status = shell.fail(name, `${operand}: not found`);
  }
  return (yield* shell.print(name, text)) || status;
}

// ── export and readonly ────────────────────────────────────────────────

function* runAttribute(shell: Shell, args: string[], name: string): Co<number> {
  const attribute = name === "export" ? EXPORT : READONLY;
  const negates = name === "export" && args.some((arg) => /^-[fp]*n/.test(arg));
  const cleaned = negates ? args.map((arg) => (/^-[fpn]+$/.test(arg) ? arg.replace("n", "") : arg)) : args;
  const declaration = parseDeclaration(
    shell,
    name,
    cleaned.filter((arg) => arg !== "-"),
  );
  if (typeof declaration === "number") return declaration;
  if (negates) declaration.off |= attribute;
  else declaration.on |= attribute;
  if (declaration.functions && declaration.operands.length > 0)
    return setFunctionAttributes(shell, declaration);
  if (declaration.functions) return yield* printFunctions(shell, declaration);
  if (declaration.operands.length === 0) return yield* printVariables(shell, { ...declaration, print: true });
  if (shell.set.xtrace)
    for (const operand of declaration.operands)
      if (!shell.arrayArguments.has(operand)) yield* traceDeclared(shell, operand);
  return yield* declareAll(shell, declaration);
}

export const declare: Builtin = { name: "declare", declaration: true, run: runDeclare };
export const typeset: Builtin = { name: "typeset", declaration: true, run: runDeclare };
export const local: Builtin = { name: "local", declaration: true, run: runDeclare };
export const exportBuiltin: Builtin = { name: "export", special: true, declaration: true, run: runAttribute };
export const readonly: Builtin = { name: "readonly", special: true, declaration: true, run: runAttribute };
