import type { Co } from "../co.ts";
import { compileCached } from "../expand/pattern.ts";
import type { Shell } from "../shell.ts";
import type { Builtin } from "./builtin.ts";
import { parseOptions } from "./options.ts";
import { BUILTIN_NAMES, USAGE } from "./usage.ts";

function* run(shell: Shell, args: string[]): Co<number> {
  const options = parseOptions(shell, "help", args, "dms");
  if (typeof options === "number") return options;
  if (options.operands.length === 0) {
    const rows = BUILTIN_NAMES.map((name) => ` ${USAGE[name] ?? name}\n`);
    return yield* shell.print("help", `These shell commands are defined internally.\n\n${rows.join("")}`);
  }
  let status = 0;
  let output = "";
  for (const operand of options.operands) {
    const pattern = compileCached(operand, true, false);
    const names = BUILTIN_NAMES.filter((name) => name === operand || pattern.matches(name));
    if (names.length === 0) {
      status = shell.fail(
        "help",
        `no help topics match \`${operand}'.  Try \`help help' or \`man -k ${operand}' or \`info ${operand}'.`,
      );
    }
    for (const name of names)
      output += options.flags.has("d") ? `${name} - shell builtin\n` : `${name}: ${USAGE[name] ?? name}\n`;
  }
  return (yield* shell.print("help", output)) || status;
}

export const help: Builtin = { name: "help", run };
