// Options whose argument is one of a few words. Source: gnulib argmatch.

import { type Proc, UsageError } from "@agentos/kernel/program";
import { quote } from "./quote.ts";

/** The usage error of a word that is none of the choices; each choice with its synonyms. */
export function invalidChoice(
  proc: Proc,
  value: string,
  option: string,
  choices: readonly (readonly string[])[],
): UsageError {
  const lines = choices.map((words) => `\n  - ${words.map((word) => quote(proc, word)).join(", ")}`);
  return new UsageError(
    `invalid argument ${quote(proc, value)} for ${quote(proc, option)}\nValid arguments are:${lines.join("")}`,
    1,
  );
}
