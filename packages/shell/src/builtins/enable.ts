import type { Co } from "../co.ts";
import type { Shell } from "../shell.ts";
import type { Builtin } from "./builtin.ts";
import { parseOptions } from "./options.ts";
import { findBuiltin } from "./table.ts";
import { BUILTIN_NAMES } from "./usage.ts";

function* run(shell: Shell, args: string[]): Co<number> {
  const options = parseOptions(shell, "enable", args, "adf:nps");
  if (typeof options === "number") return options;
  const { flags, operands } = options;
  if (flags.has("f")) return shell.fail("enable", "dynamic loading not available");
  if (operands.length === 0) {
    const rows = BUILTIN_NAMES.filter((name) => {
      if (flags.has("s") && !findBuiltin(name)?.special) return false;
      return flags.has("a") || shell.disabledBuiltins.has(name) === flags.has("n");
    }).map((name) => `enable ${shell.disabledBuiltins.has(name) ? "-n " : ""}${name}\n`);
    return yield* shell.print("enable", rows.join(""));
  }
  let status = 0;
  for (const name of operands) {
    if (!findBuiltin(name)) status = shell.fail("enable", `${name}: not a shell builtin`);
    else if (flags.has("n")) shell.disabledBuiltins.add(name);
    else shell.disabledBuiltins.delete(name);
  }
  return status;
}

export const enable: Builtin = { name: "enable", run };
