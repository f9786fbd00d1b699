// Assignments: name=value, name+=value, name[key]=value, name=(…).

import { add, type Int, wrap } from "../arith/int64.ts";
import type { ArrayElement, Assignment, Word } from "../ast.ts";
import type { Co } from "../co.ts";
import { ShellError } from "../errors.ts";
import { subscriptKey } from "../expand/parameter.ts";
import { planOf } from "../expand/quick.ts";
import { subscriptText } from "../expand/subscript.ts";
import { expandString, expandWord } from "../expand/word.ts";
import { IndexedArray } from "../indexed-array.ts";
import { quoteSingle } from "../quote.ts";
import type { Shell } from "../shell.ts";
import { traceAssignment } from "../trace.ts";
import { EXPORT, NAMEREF, READONLY, TEMPORARY, UNASSIGNED, type Variable } from "../variable.ts";
import type { Target } from "../variables.ts";

export interface AssignOptions {
  /** Of the current scope, and exported: before a command. */
  temporary?: boolean;
  trace?: boolean;
}

/** name=word where the word expands without waiting. */
export function plainAssignment(assignment: Assignment): boolean {
  if (assignment.subscript || Array.isArray(assignment.value)) return false;
  const plan = planOf(assignment.value);
  return plan.kind === "literal" || plan.kind === "variable" || plan.kind === "pieces";
}

/** Performs an assignment. @throws ShellError readonly, bad subscript … */
export function* assign(shell: Shell, assignment: Assignment, options: AssignOptions = {}): Co<void> {
  const { name, value, append } = assignment;
  shell.line = assignment.line;
  if (Array.isArray(value) && options.temporary) {
    return assignTemporary(
      shell,
      name,
      `(${value.map((element) => elementText(element)).join(" ")})`,
      append,
    );
  }
  if (Array.isArray(value)) {
    if (assignment.subscript)
      throw new ShellError(`${name}[${assignment.subscript.text}]: cannot assign list to array member`);
    if (options.trace) yield* traceAssignment(shell, assignment, undefined);
    return yield* assignElements(shell, name, value, append);
  }
  const text = yield* expandString(shell, value);
  const isElement = options.temporary && assignment.subscript;
  if (options.trace && !isElement) yield* traceAssignment(shell, assignment, text);
  if (options.temporary && assignment.subscript) {
    shell.complain(`\`${name}[${assignment.subscript.text}]': not a valid identifier`);
    return;
  }
  if (options.temporary) return assignTemporary(shell, name, text, append);
  if (assignment.subscript) {
    const aimed = shell.vars.target(name);
    refuseElement(aimed);
    const { variable, name: target } = aimed;
    if (assignment.subscript.text === "@" || assignment.subscript.text === "*") {
      throw new ShellError(`${name}[${assignment.subscript.text}]: bad array subscript`);
    }
    const key = yield* subscriptKey(shell, variable, assignment.subscript);
    if (variable?.assoc && key === "")
      throw new ShellError(`${name}[${assignment.subscript.text}]: bad array subscript`);
    shell.vars.setElement(target, key, text, append);
  } else if (shell.vars.elementNamerefs) yield* assignThrough(shell, name, text, append);
  else shell.vars.set(name, text, append);
  if (shell.set.allexport) shell.vars.export(name);
}

/** An assignment that a nameref may turn to an element. @throws ShellError */
function* assignThrough(shell: Shell, name: string, text: string, append: boolean): Co<void> {
  const target = shell.vars.target(name);
  if (target.subscript === undefined) return shell.vars.set(name, text, append);
  if (target.subscript === "@" || target.subscript === "*") {
    throw new ShellError(`${target.name}[${target.subscript}]: bad array subscript`);
  }
  const key = yield* subscriptText(shell, target.variable, target.subscript);
  shell.vars.setElement(target.name, key, text, append);
}

/** An element to which a nameref leads has no elements itself. @throws ShellError */
function refuseElement({ name, subscript }: Target): void {
  if (subscript !== undefined) throw new ShellError(`\`${name}[${subscript}]': not a valid identifier`);
}

/** An array cannot be passed in the environment, so its source text is. */
function elementText({ key, value }: ArrayElement): string {
  return key ? `[${key.text}]=${value.text}` : value.text;
}

function assignTemporary(shell: Shell, name: string, text: string, append: boolean): void {
  const seen = shell.vars.lookup(name);
  if (seen && seen.flags & READONLY) {
    shell.complain(`${name}: readonly variable`);
    return;
  }
  const target = seen && seen.flags & NAMEREF ? shell.vars.target(name).name : name;
  const old = append ? (shell.vars.get(target) ?? "") : "";
  const variable = shell.vars.declareLocal(target);
  variable.flags |= EXPORT | TEMPORARY;
  variable.value = old + text;
  shell.vars.noteChange(target, variable.value);
}

/** name=(…) and name+=(…). */
export function* assignElements(
  shell: Shell,
  name: string,
  elements: readonly ArrayElement[],
  append: boolean,
): Co<void> {
  const target = shell.vars.target(name);
  refuseElement(target);
  if (target.variable && target.variable.flags & READONLY) throw new ShellError(`${name}: readonly variable`);
  const entries = target.variable?.assoc
    ? yield* associativeEntries(shell, target.variable, elements)
    : yield* indexedEntries(shell, target.variable, elements, append);
  const variable = shell.vars.writable(target.name);
  if (variable.assoc) {
    if (!append) variable.assoc = new Map();
  } else if (!append || !variable.indexed) {
    const first = append ? variable.value : undefined;
    variable.indexed = first === undefined ? new IndexedArray() : IndexedArray.from([first]);
    variable.value = undefined;
  }
  variable.flags &= ~UNASSIGNED;
  for (const entry of entries) shell.vars.setElement(target.name, entry.key, entry.value, entry.append);
  shell.vars.noteChange(target.name, undefined);
}

interface Entry {
  key: string;
  value: string;
  append: boolean;
}

function* indexedEntries(
  shell: Shell,
  variable: Variable | undefined,
  elements: readonly ArrayElement[],
  append: boolean,
): Co<Entry[]> {
  const entries: Entry[] = [];
  let next: Int = append ? (variable?.indexed?.end ?? (variable?.value === undefined ? 0 : 1)) : 0;
  for (const element of elements) {
    if (element.key) {
      const key = yield* subscriptKey(shell, undefined, element.key);
      next = wrap(BigInt(key));
      entries.push({
        key: String(next),
        value: yield* expandString(shell, element.value),
        append: element.append ?? false,
      });
      next = add(next, 1);
      continue;
    }
    const fields: string[] = [];
    yield* expandWord(shell, element.value, fields);
    for (const value of fields) {
      entries.push({ key: String(next), value, append: false });
      next = add(next, 1);
    }
  }
  return entries;
}

/** Pairs [key]=value, or a plain list of keys and values in turn. */
function* associativeEntries(
  shell: Shell,
  variable: Variable,
  elements: readonly ArrayElement[],
): Co<Entry[]> {
  const entries: Entry[] = [];
  if (elements.length > 0 && !elements[0]!.key) {
    const fields: string[] = [];
    for (const element of elements) fields.push(yield* expandString(shell, element.value));
    for (let i = 0; i < fields.length; i += 2)
      entries.push({ key: fields[i]!, value: fields[i + 1] ?? "", append: false });
    return entries;
  }
  for (const element of elements) {
    if (!element.key) {
      shell.complain(
        `${variable.name}: '${element.value.text}': must use subscript when assigning associative array`,
      );
      continue;
    }
    const key = yield* subscriptKey(shell, variable, element.key);
    entries.push({ key, value: yield* expandString(shell, element.value), append: element.append ?? false });
  }
  return entries;
}

/** An assignment argument of a declaration builtin: neither split nor globbed; arrays are left to the builtin. */
export function* assignmentArgument(shell: Shell, word: Word, into: string[]): Co<void> {
  const assignment = word.assignment!;
  if (Array.isArray(assignment.value)) {
    let { value } = assignment;
    if (shell.set.xtrace) {
      value = yield* expandElements(shell, value);
      yield* traceAssignment(shell, { ...assignment, value }, undefined);
    }
    shell.arrayArguments.set(word.text, { ...assignment, value });
    into.push(word.text);
    return;
  }
  const subscript = assignment.subscript ? `[${yield* expandString(shell, assignment.subscript)}]` : "";
  const value = yield* expandString(shell, assignment.value);
  into.push(`${assignment.name}${subscript}${assignment.append ? "+" : ""}=${value}`);
}

/** The elements as words that need no more expansion, quoted as xtrace shows them. */
function* expandElements(shell: Shell, elements: readonly ArrayElement[]): Co<ArrayElement[]> {
  const expanded: ArrayElement[] = [];
  for (const { key, value, append } of elements) {
    if (key) {
      const quotedKey = quotedWord(yield* expandString(shell, key), key.line);
      const text = yield* expandString(shell, value);
      expanded.push({ key: quotedKey, value: quotedWord(text, value.line), append });
      continue;
    }
    const fields: string[] = [];
    yield* expandWord(shell, value, fields);
    for (const field of fields) expanded.push({ value: quotedWord(field, value.line) });
  }
  return expanded;
}

function quotedWord(text: string, line: number): Word {
  return { parts: [{ type: "quoted", text, style: "single" }], text: quoteSingle(text), line };
}
