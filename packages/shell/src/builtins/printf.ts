import { printf as format } from "@agentos/posix";
import type { Co } from "../co.ts";
import { joinBytes, splitBytes } from "../locale.ts";
import { quoteAnsiC } from "../quote.ts";
import type { Shell } from "../shell.ts";
import { assignReference, isReference, notIdentifier } from "./assign.ts";
import type { Builtin } from "./builtin.ts";
import { parseOptions, usage } from "./options.ts";

/** %q: uses backslashes where they suffice, and $'…' if there are control characters. */
function quoteWord(word: string): string {
  if (word === "") return "''";
  if (/[\x00-\x1f\x7f\udc80-\udcff]/.test(word)) return quoteAnsiC(word);
  const quoted = word.replace(/[\s"'\\|&;()<>$`*?[\]{}!^,]/g, "\\$&");
  return quoted.startsWith("~") || quoted.startsWith("#") ? `\\${quoted}` : quoted;
}

function* run(shell: Shell, args: string[]): Co<number> {
  const options = parseOptions(shell, "printf", args, "v:");
  if (typeof options === "number") return options;
  const variable = options.values.get("v");
  if (variable !== undefined && !isReference(variable)) {
    notIdentifier(shell, "printf", variable);
    return 2;
  }
  const [template, ...rest] = options.operands;
  if (template === undefined) return usage(shell, "printf");
  const started =
    Number(shell.proc.now() / 1_000_000_000n) - Math.round((shell.proc.monotonicMs() - shell.startMs) / 1000);
  const [text, given] = shell.bytewise ? [splitBytes(template), rest.map(splitBytes)] : [template, rest];
  const result = format(text, given, {
    dialect: "bash",
    quote: quoteWord,
    now: () => Number(shell.proc.now() / 1_000_000_000n),
    startedAt: started,
    timeZone: shell.vars.environment().get("TZ"),
  });
  for (const message of result.errors) shell.fail("printf", message);
  if (variable === undefined) {
    const status = yield* shell.print("printf", result.output);
    return status === 0 ? result.status : status;
  }
  yield* assignReference(shell, variable, joinBytes(result.output.split("\0", 1)[0]!));
  return result.status;
}

export const printf: Builtin = { name: "printf", run };
