import type { Co } from "../co.ts";
import { quoteSingle } from "../quote.ts";
import type { Shell } from "../shell.ts";
import type { Builtin } from "./builtin.ts";
import { parseOptions, usage } from "./options.ts";

function line(shell: Shell, name: string): string {
  const prefix = shell.set.posix ? "" : name.startsWith("-") ? "alias -- " : "alias ";
  return `${prefix}${name}=${quoteSingle(shell.aliases.get(name)!)}\n`;
}

function* runAlias(shell: Shell, args: string[]): Co<number> {
  const options = parseOptions(shell, "alias", args, "p");
  if (typeof options === "number") return options;
  let output = "";
  let status = 0;
  if (options.operands.length === 0 || options.flags.has("p")) {
    for (const name of [...shell.aliases.keys()].sort()) output += line(shell, name);
  }
  for (const operand of options.operands) {
    const equals = operand.indexOf("=", 1);
    const name = equals === -1 ? operand : operand.slice(0, equals);
    if (equals !== -1) {
      if (/[\s$`"'\\/&;()|<>]/.test(name)) status = shell.fail("alias", `\`${name}': invalid alias name`);
      else shell.aliases.set(name, operand.slice(equals + 1));
    } else if (shell.aliases.has(name)) output += line(shell, name);
    else status = shell.fail("alias", `${name}: not found`);
  }
  return (yield* shell.print("alias", output)) || status;
}

function runUnalias(shell: Shell, args: string[]): number {
  const options = parseOptions(shell, "unalias", args, "a");
  if (typeof options === "number") return options;
  if (options.flags.has("a")) {
    shell.aliases.clear();
    return 0;
  }
  if (options.operands.length === 0) return usage(shell, "unalias");
  let status = 0;
  for (const name of options.operands) {
    if (!shell.aliases.delete(name)) status = shell.fail("unalias", `${name}: not found`);
  }
  return status;
}

export const alias: Builtin = { name: "alias", declaration: true, run: runAlias };
export const unalias: Builtin = { name: "unalias", run: runUnalias };
