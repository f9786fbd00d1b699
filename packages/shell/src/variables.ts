// All variables of a shell: what is read of them and assigned to them, through namerefs and by their attributes.

import { evaluateSubscript } from "./arith/evaluate.ts";
import type { Int } from "./arith/int64.ts";
import { fromStart, indexOf } from "./array-subscript.ts";
import { asIndexed } from "./array-variable.ts";
import { ShellError } from "./errors.ts";
import { exportedEnvironment } from "./exported-environment.ts";
import { IndexedArray } from "./indexed-array.ts";
import { Scopes } from "./scopes.ts";
import type { Shell } from "./shell.ts";
import { EXPORT, GLOBAL_SCOPE, NAMEREF, READONLY, TEMPORARY, UNASSIGNED, type Variable } from "./variable.ts";
import { convertValue, MAX_LENGTH, TRANSFORMED } from "./variable-value.ts";

const MAX_NAMEREF_DEPTH = 8;

/** What a name stands for once namerefs are followed: a variable, perhaps not there yet, or an element of an array. */
export interface Target {
  name: string;
  subscript: string | undefined;
  variable: Variable | undefined;
}

export class Variables {
  readonly #scopes: Scopes;
  readonly #visible: Map<string, Variable>;
  #environment: Map<string, string> | undefined;
  readonly #shell: Shell;
  /** Some nameref may stand for an element, whose subscript has to be expanded. */
  elementNamerefs: boolean;
  /** Called after an assignment or unset of a variable the shell itself watches. */
  readonly changed: Map<string, (value: string | undefined) => void> = new Map();

  constructor(shell: Shell, from?: Variables) {
    this.#shell = shell;
    this.elementNamerefs = from?.elementNamerefs ?? false;
    this.#scopes = new Scopes(from ? from.#scopes : undefined);
    this.#visible = this.#scopes.visible;
  }

  // ── reading ──────────────────────────────────────────────────────────

  /** The variable itself, namerefs not followed. */
  lookup(name: string): Variable | undefined {
    const variable = this.#visible.get(name);
    const dynamic = variable?.dynamic;
    if (dynamic?.list) variable!.indexed = IndexedArray.from(dynamic.list(this.#shell));
    return variable;
  }

  /** The variable after following namerefs; undefined as well for a nameref to an element. */
  find(name: string): Variable | undefined {
    const variable = this.lookup(name);
    if (variable === undefined || (variable.flags & NAMEREF) === 0) return variable;
    return this.target(name).variable;
  }

  /** The value of $name; undefined when unset. For arrays element 0. Elements behind a nameref need expand/. */
  get(name: string): string | undefined {
    const variable = this.#visible.get(name);
    if (variable === undefined) return undefined;
    if ((variable.flags & NAMEREF) === 0) return variable.value ?? this.valueOf(variable);
    const target = this.target(name);
    if (target.variable === undefined) return undefined;
    return target.subscript === undefined
      ? this.valueOf(target.variable)
      : this.element(target.variable, target.subscript);
  }

  /** The value of a variable taken as a scalar: for arrays element 0. */
  valueOf(variable: Variable): string | undefined {
    if (variable.value !== undefined) return variable.value;
    if (variable.indexed) return variable.indexed.get(0);
    if (variable.assoc) return variable.assoc.get("0");
    return variable.dynamic?.get(this.#shell);
  }

  /** Follows namerefs. @throws ShellError for a circle that an assignment would run into */
  target(name: string): Target {
    let current = name;
    let variable = this.lookup(name);
    for (let depth = 0; variable && variable.flags & NAMEREF; depth++) {
      const text = variable.value;
      if (text === undefined || text === "") return { name: current, subscript: undefined, variable };
      if (depth >= MAX_NAMEREF_DEPTH) {
        this.#shell.complain(`warning: ${name}: circular name reference`);
        return { name: current, subscript: undefined, variable: undefined };
      }
      const bracket = text.indexOf("[");
      const next = bracket > 0 ? text.slice(0, bracket) : text;
      variable = next === current ? (variable.outer ?? undefined) : this.#visible.get(next);
      current = next;
      if (bracket > 0) return { name: next, subscript: text.slice(bracket + 1, -1), variable };
    }
    return { name: current, subscript: undefined, variable };
  }

  /** An element by the text of its subscript. */
  element(variable: Variable, subscript: string): string | undefined {
    if (variable.assoc) return variable.assoc.get(subscript);
    const index = evaluateSubscript(this.#shell, subscript);
    if (variable.indexed) {
      const at = fromStart(variable.indexed, index);
      if (at < 0) this.#shell.complain(`${variable.name}: bad array subscript`);
      return variable.indexed.get(at);
    }
    return index === 0 ? this.valueOf(variable) : undefined;
  }

  names(): IterableIterator<string> {
    return this.#visible.keys();
  }

  /** Names that start with `prefix` and have a value or were declared, sorted. */
  namesWithPrefix(prefix: string): string[] {
    return [...this.#visible.keys()].filter((name) => name.startsWith(prefix)).sort();
  }

  get scope(): number {
    return this.#scopes.level;
  }

  /** The names declared in the current scope. */
  localNames(): Iterable<string> {
    return this.#scopes.localNames();
  }

  /** What commands get as their environment: a map that must not be changed. */
  environment(): ReadonlyMap<string, string> {
    return this.#exported();
  }

  #exported(): Map<string, string> {
    return (this.#environment ??= exportedEnvironment(this.#shell, this.#visible.values()));
  }

  /** The environment of a command: with its path as $_. */
  environmentFor(path: string): ReadonlyMap<string, string> {
    return this.#exported().set("_", path);
  }

  environmentChanged(): void {
    this.#environment = undefined;
  }

  // ── changing ─────────────────────────────────────────────────────────

  /** name=value. @throws ShellError readonly */
  set(name: string, value: string, append = false): void {
    if (value.length > MAX_LENGTH) throw new ShellError(`cannot allocate ${value.length} bytes`, 2, "exit");
    const seen = this.#visible.get(name);
    if (seen === undefined) {
      this.#scopes.create(name, GLOBAL_SCOPE).value = value;
      if (this.changed.size > 0) this.changed.get(name)?.(value);
      return;
    }
    if (!append && seen.owner === this.#scopes.owner && seen.flags === 0 && seen.value !== undefined) {
      seen.value = value;
      if (this.changed.size > 0) this.changed.get(name)?.(value);
      return;
    }
    this.#setSlow(name, value, append);
  }

  #setSlow(name: string, value: string, append: boolean): void {
    const target = this.target(name);
    if (target.subscript !== undefined) {
      this.setElement(target.name, target.subscript, value, append);
      return;
    }
    const { variable } = target;
    // A circle, of which target() has warned.
    if (!variable && this.#visible.has(target.name)) throw new ShellError("");
    if (variable && variable.flags & NAMEREF) {
      this.aim(variable, value);
      return;
    }
    if (variable?.dynamic) {
      if (variable.flags & READONLY) throw new ShellError(`${target.name}: readonly variable`);
      variable.dynamic.set?.(
        this.#shell,
        convertValue(this.#shell, variable, value, append, this.valueOf(variable)),
      );
      return;
    }
    // A local nameref to its own name leads to what it hides.
    const isHidden = variable !== undefined && variable !== this.#visible.get(target.name);
    if (isHidden && variable.flags & READONLY) throw new ShellError(`${target.name}: readonly variable`);
    const writable = isHidden ? this.writableExact(variable) : this.writable(target.name);
    if (writable.indexed)
      writable.indexed.set(0, convertValue(this.#shell, writable, value, append, writable.indexed.get(0)));
    else if (writable.assoc)
      writable.assoc.set("0", convertValue(this.#shell, writable, value, append, writable.assoc.get("0")));
    else writable.value = convertValue(this.#shell, writable, value, append, writable.value);
    writable.flags &= ~UNASSIGNED;
    if (writable.flags & EXPORT) this.#environment = undefined;
    this.changed.get(target.name)?.(writable.value);
  }

  /** Gives a nameref its target. @throws ShellError if that is no name */
  aim(variable: Variable, value: string): void {
    if (!/^[A-Za-z_][A-Za-z0-9_]*(\[.*\])?$/s.test(value)) {
      throw new ShellError(`\`${value}': not a valid identifier`, 1, "command");
    }
    this.writableExact(variable).value = value;
    if (value.includes("[")) this.elementNamerefs = true;
  }

  /** name[subscript]=value: arithmetic text for indexed arrays, a key for associative ones. */
  setElement(name: string, subscript: string, value: string, append = false): void {
    const target = this.target(name);
    const writable = this.writable(target.name);
    if (writable.assoc) {
      writable.assoc.set(
        subscript,
        convertValue(this.#shell, writable, value, append, writable.assoc.get(subscript)),
      );
    } else {
      const array = asIndexed(writable);
      const index = indexOf(this.#shell, name, array, subscript);
      array.set(index, convertValue(this.#shell, writable, value, append, array.get(index)));
    }
    writable.flags &= ~UNASSIGNED;
    this.changed.get(target.name)?.(undefined);
  }

  /** name=(values). */
  setArray(name: string, values: Iterable<string>): void {
    const writable = this.writable(this.target(name).name);
    const array = IndexedArray.from(values);
    if (writable.flags & TRANSFORMED) {
      for (const key of array.keys())
        array.set(key, convertValue(this.#shell, writable, array.get(key)!, false, undefined));
    }
    writable.indexed = array;
    writable.assoc = undefined;
    writable.value = undefined;
    writable.flags &= ~UNASSIGNED;
    this.changed.get(writable.name)?.(undefined);
  }

  /** The variable to change, made if it is not there. @throws ShellError readonly */
  writable(name: string): Variable {
    const variable = this.#visible.get(name);
    if (variable === undefined) return this.#scopes.create(name, GLOBAL_SCOPE);
    if (variable.flags & READONLY) throw new ShellError(`${name}: readonly variable`);
    return this.writableExact(variable);
  }

  /** As `writable`, whatever its attributes: for changing attributes. */
  writableExact(variable: Variable): Variable {
    return this.#scopes.own(variable);
  }

  /** Gives the export attribute. */
  export(name: string): void {
    const variable = this.lookup(this.target(name).name);
    if (variable) this.writableExact(variable).flags |= EXPORT;
    this.#environment = undefined;
  }

  /** Tells whoever watches that a variable was changed in place. */
  noteChange(name: string, value: string | undefined): void {
    this.#environment = undefined;
    this.changed.get(name)?.(value);
  }

  // ── scopes ───────────────────────────────────────────────────────────

  pushScope(): void {
    this.#scopes.push();
  }

  /** @param keep what was assigned before the command stays, exported: POSIX XCU 2.15 */
  popScope(keep = false): void {
    const level = this.scope;
    for (const name of this.#scopes.pop()) {
      const own = keep ? this.#visible.get(name) : undefined;
      const removed = this.#scopes.remove(name, level);
      if (removed && (removed.flags | (removed.outer?.flags ?? 0)) & EXPORT) this.#environment = undefined;
      if (own?.scope === level && own.value !== undefined) this.#keep(own, own.value);
      this.changed.get(name)?.(this.get(name));
    }
  }

  #keep(temporary: Variable, value: string): void {
    this.set(temporary.name, value);
    this.writable(temporary.name).flags |= temporary.flags & ~TEMPORARY;
    this.#environment = undefined;
  }

  /** A new variable of the scope, hiding what the name meant; the existing one if it is local already. */
  declareLocal(name: string, scope = this.scope): Variable {
    return this.#scopes.declareLocal(name, scope);
  }

  /** The global variable of a name, though locals may hide it; made if it is not there. */
  globalVariable(name: string): Variable {
    return this.#scopes.global(name);
  }

  /**
   * Forgets a variable. One of the current scope stays declared, without value; one of a calling function goes, and
   * what it hid comes back. @throws ShellError readonly
   */
  unset(name: string): void {
    const variable = this.#visible.get(name);
    if (!variable) return;
    if (variable.flags & READONLY)
      throw new ShellError(`${name}: cannot unset: readonly variable`, 1, "command");
    if (variable.flags & EXPORT) this.#environment = undefined;
    const isLocal = variable.scope > GLOBAL_SCOPE && variable.scope >= this.#shell.localScope;
    const stays = isLocal && this.#shell.localScope > GLOBAL_SCOPE && (variable.flags & TEMPORARY) === 0;
    if (stays) this.#scopes.empty(variable);
    else this.#scopes.uncover(variable);
    if (variable.outer) this.#environment = undefined;
    this.changed.get(name)?.(undefined);
  }

  /** unset name[key] */
  unsetElement(name: string, key: string | Int): void {
    const writable = this.writable(name);
    if (writable.assoc) writable.assoc.delete(String(key));
    else if (writable.indexed) writable.indexed.delete(typeof key === "string" ? Number(key) : key);
    this.changed.get(name)?.(undefined);
  }

  /** Installs a computed variable. */
  define(name: string, dynamic: Variable["dynamic"], flags = 0): void {
    const variable = this.#scopes.create(name, GLOBAL_SCOPE);
    variable.dynamic = dynamic;
    variable.flags = flags;
  }
}
