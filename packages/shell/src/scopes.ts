// Which variable a name means. One map holds the visible ones; a local variable links to what it hides, so that lookups
// cost the same at any depth. A fork shares the Variable objects: each side copies one before it changes it.

import { ShellError } from "./errors.ts";
import { GLOBAL_SCOPE, READONLY, TEMPORARY, UNASSIGNED, type Variable } from "./variable.ts";

export class Scopes {
  readonly visible: Map<string, Variable>;
  /** Marks the Variable objects that are not shared with a fork. */
  owner: object = {};
  /** The names each open scope declares; index 0 (global) is unused. */
  readonly #declared: Set<string>[];

  constructor(from?: Scopes) {
    this.visible = from ? new Map(from.visible) : new Map();
    this.#declared = from ? from.#declared.map((names) => new Set(names)) : [new Set()];
    if (from) from.owner = {};
  }

  /** The number of the innermost scope. */
  get level(): number {
    return this.#declared.length - 1;
  }

  /** The names declared in the innermost scope. */
  localNames(): Iterable<string> {
    return this.#declared[this.level]!;
  }

  push(): void {
    this.#declared.push(new Set());
  }

  /** Ends the innermost scope; the names declared in it, whose variables are still to be removed. */
  pop(): Iterable<string> {
    return this.#declared.pop()!;
  }

  create(name: string, scope: number, outer?: Variable): Variable {
    const variable: Variable = {
      name,
      value: undefined,
      indexed: undefined,
      assoc: undefined,
      flags: 0,
      dynamic: undefined,
      scope,
      outer,
      owner: this.owner,
    };
    this.visible.set(name, variable);
    return variable;
  }

  /** The variable itself, or a copy in its place if it is shared with a fork: what may be changed. */
  own(variable: Variable): Variable {
    if (variable.owner === this.owner) return variable;
    const copy: Variable = {
      ...variable,
      indexed: variable.indexed?.copy(),
      assoc: variable.assoc && new Map(variable.assoc),
      owner: this.owner,
    };
    const [hiders] = this.#search(copy.name, (at) => at === variable);
    this.visible.set(copy.name, hiddenBy(hiders, copy));
    return copy;
  }

  /** Takes the variable of one scope out from among those of its name. */
  remove(name: string, scope: number): Variable | undefined {
    const [hiders, found] = this.#search(name, (at) => at.scope <= scope);
    if (found?.scope !== scope) return undefined;
    const rest = hiddenBy(hiders, found.outer);
    if (rest) this.visible.set(name, rest);
    else this.visible.delete(name);
    return found;
  }

  /** A new variable of the scope, hiding what the name meant; the existing one if it is local already. */
  declareLocal(name: string, scope: number): Variable {
    const seen = this.visible.get(name);
    if (seen && seen.scope >= scope && scope > GLOBAL_SCOPE) {
      const own = this.own(seen);
      own.flags &= ~TEMPORARY;
      return own;
    }
    if (seen && seen.flags & READONLY && seen.scope === GLOBAL_SCOPE) {
      throw new ShellError(`${name}: readonly variable`, 1, "command");
    }
    this.#declared[scope]!.add(name);
    return this.create(name, scope, seen);
  }

  /** The global variable of a name, though locals may hide it; made if it is not there. */
  global(name: string): Variable {
    const [hiders, found] = this.#search(name, (at) => at.scope === GLOBAL_SCOPE);
    if (found) return this.own(found);
    const made = this.create(name, GLOBAL_SCOPE);
    this.visible.set(name, hiddenBy(hiders, made));
    return made;
  }

  /** The visible variable goes, and what it hid comes back. */
  uncover(variable: Variable): void {
    const { name, outer, scope } = variable;
    if (outer) {
      this.#declared[scope]?.delete(name);
      this.visible.set(name, outer);
    } else this.visible.delete(name);
  }

  /** The visible variable stays declared in its scope, but without value and attributes. */
  empty({ name, scope, outer }: Variable): void {
    this.visible.delete(name);
    this.create(name, scope, outer).flags = UNASSIGNED;
  }

  /** The variable of a name that `isIt`, and those that hide it, the innermost first. */
  #search(name: string, isIt: (at: Variable) => boolean): [hiders: Variable[], found: Variable | undefined] {
    const hiders: Variable[] = [];
    let at = this.visible.get(name);
    while (at && !isIt(at)) {
      hiders.push(at);
      at = at.outer;
    }
    return [hiders, at];
  }
}

/** What is visible when copies of `hiders`, the innermost scope's first, hide `outer`. */
function hiddenBy<V extends Variable | undefined>(hiders: readonly Variable[], outer: V): Variable | V {
  return hiders.reduceRight<Variable | V>((below, hider) => ({ ...hider, outer: below }), outer);
}
