import { indexOrUndefined } from "../array-subscript.ts";
import type { Co } from "../co.ts";
import { endsCommand } from "../errors.ts";
import { expandedSubscript } from "../expand/subscript.ts";
import type { Shell } from "../shell.ts";
import { isName, NAMEREF } from "../variable.ts";
import type { Builtin } from "./builtin.ts";
import { parseOptions } from "./options.ts";

const ELEMENT = /^([A-Za-z_][A-Za-z0-9_]*)\[([\s\S]*)\]$/;

function* unsetVariable(shell: Shell, name: string, nameref: boolean, strict: boolean): Co<number> {
  const element = ELEMENT.exec(name);
  if (element) return yield* unsetElement(shell, element[1]!, element[2]!);
  // Without -v it could be the name of a function, and it is no error if there is none.
  if (!isName(name) && !strict) return 0;
  // Each command sets it anew.
  if (name === "_") return 0;
  if (!isName(name)) return shell.fail("unset", `\`${name}': not a valid identifier`);
  const seen = shell.vars.lookup(name);
  if (!nameref && seen && seen.flags & NAMEREF) {
    const target = shell.vars.target(name);
    if (target.subscript !== undefined) return yield* unsetElement(shell, target.name, target.subscript);
    shell.vars.unset(target.name);
  } else shell.vars.unset(name);
  return 0;
}

function* unsetElement(shell: Shell, name: string, subscript: string): Co<number> {
  const { variable, name: target } = shell.vars.target(name);
  if (!variable) return 0;
  if (subscript === "@" || subscript === "*") {
    if (variable.assoc?.has(subscript)) shell.vars.unsetElement(target, subscript);
    else if (!variable.assoc) shell.vars.unset(target);
    return 0;
  }
  if (variable.assoc) shell.vars.unsetElement(target, yield* expandedSubscript(shell, subscript));
  else if (variable.indexed) {
    const index = indexOrUndefined(shell, variable.indexed, yield* expandedSubscript(shell, subscript));
    if (index === undefined) return shell.fail("unset", `[${subscript}]: bad array subscript`);
    shell.vars.unsetElement(target, index);
  } else if (Number(subscript) === 0) shell.vars.unset(target);
  else return shell.fail("unset", `${name}: not an array variable`);
  return 0;
}

function unsetFunction(shell: Shell, name: string): number {
  if (shell.functions.get(name)?.readonly)
    return shell.fail("unset", `${name}: cannot unset: readonly function`);
  shell.functions.delete(name);
  return 0;
}

export const unset: Builtin = {
  name: "unset",
  special: true,
  *run(shell, args) {
    const options = parseOptions(shell, "unset", args, "fvn");
    if (typeof options === "number") return options;
    const { flags, operands } = options;
    if (flags.has("f") && flags.has("v")) {
      return shell.fail("unset", "cannot simultaneously unset a function and a variable");
    }
    let status = 0;
    for (const name of operands) {
      const isFunction = !shell.vars.lookup(name) && shell.functions.has(name);
      try {
        const one =
          flags.has("f") || (isFunction && !flags.has("v") && !flags.has("n"))
            ? unsetFunction(shell, name)
            : yield* unsetVariable(shell, name, flags.has("n"), flags.has("n") || flags.has("v"));
        status ||= one;
      } catch (error) {
        if (!endsCommand(error)) throw error;
        status = shell.fail("unset", error.message);
      }
    }
    return status;
  },
};
