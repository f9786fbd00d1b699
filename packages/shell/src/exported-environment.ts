import { printFunction } from "./print/printer.ts";
import type { Shell } from "./shell.ts";
import { EXPORT, type Variable } from "./variable.ts";

/** What commands get as their environment: exported scalars, and exported functions as BASH_FUNC_name%%. */
export function exportedEnvironment(shell: Shell, variables: Iterable<Variable>): Map<string, string> {
  const environment = new Map<string, string>();
  for (const variable of variables) {
    if ((variable.flags & EXPORT) === 0 || variable.indexed || variable.assoc) continue;
    const value = shell.vars.valueOf(variable);
    if (value !== undefined) environment.set(variable.name, value);
  }
  for (const [name, { exported, definition }] of shell.functions) {
    if (!exported) continue;
    const source = printFunction(definition).slice(name.length);
    environment.set(`BASH_FUNC_${name}%%`, source.replace(/^\s*\(\)\s*/, "() "));
  }
  return environment;
}
