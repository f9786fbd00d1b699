import type { Co } from "../co.ts";
import type { Shell } from "../shell.ts";
import type { Builtin } from "./builtin.ts";
import { parseOptions, usageError } from "./options.ts";

/** The line, function and file of a call on the stack; status 1 above its end. */
function* run(shell: Shell, args: string[]): Co<number> {
  const options = parseOptions(shell, "caller", args, "");
  if (typeof options === "number") return options;
  const [level] = options.operands;
  if (level !== undefined && !/^\d+$/.test(level))
    return usageError(shell, "caller", `${level}: invalid number`);
  const { frames } = shell;
  if (frames.length === 0) return 1;
  if (level === undefined) {
    const top = frames[frames.length - 1]!;
    return yield* shell.print(
      "caller",
      `${top.callLine} ${frames[frames.length - 2]?.source ?? shell.scriptFile ?? "NULL"}\n`,
    );
  }
  const at = frames.length - 1 - Number(level);
  if (at < 0) return 1;
  const outer = frames[at - 1];
  if (outer === undefined && shell.scriptFile === undefined) return 1;
  return yield* shell.print(
    "caller",
    `${frames[at]!.callLine} ${outer?.name ?? "main"} ${outer?.source ?? shell.scriptFile}\n`,
  );
}

export const caller: Builtin = { name: "caller", run };
