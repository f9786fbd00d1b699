import type { Co } from "../co.ts";
import { runExternal } from "../run/external.ts";
import { DEFAULT_PATH, searchPath } from "../run/lookup.ts";
import { runBuiltin } from "../run/simple.ts";
import type { Shell } from "../shell.ts";
import type { Builtin } from "./builtin.ts";
import { describeMeaning, meaningsOf, nameMeaning } from "./describe-command.ts";
import { type BuiltinOptions, parseOptions } from "./options.ts";
import { findBuiltin } from "./table.ts";

function* run(shell: Shell, args: string[]): Co<number> {
  const options = parseOptions(shell, "command", args, "pvV");
  if (typeof options === "number") return options;
  const { flags, operands } = options;
  if (operands.length === 0) return 0;
  if (flags.has("v") || flags.has("V")) return yield* describe(shell, options);
  const [name, ...rest] = operands as [string, ...string[]];
  const builtin = shell.disabledBuiltins.has(name) ? undefined : findBuiltin(name);
  if (builtin) return yield* runBuiltin(shell, builtin, name, rest);
  if (!flags.has("p") || name.includes("/")) return yield* runExternal(shell, name, rest, [], []);
  const file = yield* searchPath(shell, name, DEFAULT_PATH);
  if (file !== undefined) return yield* runExternal(shell, file, rest, [], []);
  shell.complain(`${name}: command not found`);
  return 127;
}

function* describe(shell: Shell, { flags, operands }: BuiltinOptions): Co<number> {
  let missing = 0;
  let output = "";
  for (const name of operands) {
    const path = flags.has("p") ? DEFAULT_PATH : undefined;
    const [meaning] = yield* meaningsOf(shell, name, { all: false, functions: true, filesOnly: false, path });
    if (meaning === undefined) {
      missing++;
      if (flags.has("V")) shell.fail("command", `${name}: not found`);
    } else
      output += flags.has("V") ? describeMeaning(shell, name, meaning) : nameMeaning(shell, name, meaning);
  }
  return (yield* shell.print("command", output)) || (missing === operands.length ? 1 : 0);
}

export const command: Builtin = { name: "command", run };
