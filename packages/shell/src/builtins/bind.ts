import type { Co } from "../co.ts";
import { EDITOR_FUNCTIONS, KeyBindings } from "../interactive/key-bindings.ts";
import type { Shell } from "../shell.ts";
import type { Builtin } from "./builtin.ts";
import { parseOptions, usageError } from "./options.ts";

function* run(shell: Shell, args: string[]): Co<number> {
  const options = parseOptions(shell, "bind", args, "lpsvPSVXm:f:q:u:r:x:");
  if (typeof options === "number") return options;
  const { flags, values, operands } = options;
  if (!shell.interactive) shell.fail("bind", "warning: line editing not enabled");
  const bindings = KeyBindings.of(shell);
  if (flags.has("l")) return yield* shell.print("bind", `${EDITOR_FUNCTIONS.join("\n")}\n`);
  if (flags.has("p") || flags.has("P")) {
    const rows = bindings.list().map(([keys, action]) => `"${keys}": ${action}\n`);
    return yield* shell.print("bind", rows.join(""));
  }
  const removed = values.get("r");
  if (removed !== undefined) bindings.remove(removed);
  const queried = values.get("q") ?? values.get("u");
  if (queried !== undefined && !EDITOR_FUNCTIONS.includes(queried as "beginning-of-line")) {
    return shell.fail("bind", `\`${queried}': unknown function name`);
  }
  for (const text of operands) {
    if (/^set\s/.test(text)) continue;
    if (!bindings.parse(text)) return usageError(shell, "bind", `${text}: cannot parse key binding`);
  }
  return 0;
}

export const bind: Builtin = { name: "bind", run };
