import type { Co } from "../co.ts";
import type { Shell } from "../shell.ts";
import type { Builtin } from "./builtin.ts";
import { describeMeaning, type Meaning, meaningsOf } from "./describe-command.ts";
import { parseOptions } from "./options.ts";

function* run(shell: Shell, args: string[]): Co<number> {
  // The forms -type, -path and -all are those of the Korn shell.
  const words = args.map((word) =>
    /^--?(type|path|all)$/.test(word) ? `-${word.replace(/^-+/, "")[0]}` : word,
  );
  const options = parseOptions(shell, "type", words, "afptP");
  if (typeof options === "number") return options;
  const { flags } = options;
  let status = 0;
  let output = "";
  for (const name of options.operands) {
    const meanings = yield* meaningsOf(shell, name, {
      all: flags.has("a"),
      functions: !flags.has("f"),
      filesOnly: flags.has("P"),
      anyFile: true,
    });
    if (meanings.length === 0) {
      status = 1;
      if (!flags.has("t") && !flags.has("p") && !flags.has("P")) {
        yield* shell.print("type", output);
        output = "";
        shell.fail("type", `${name}: not found`);
      }
    }
    for (const meaning of meanings) output += shown(shell, name, meaning, flags);
  }
  return (yield* shell.print("type", output)) || status;
}

function shown(shell: Shell, name: string, meaning: Meaning, flags: ReadonlySet<string>): string {
  if (flags.has("t")) return `${meaning.kind}\n`;
  if (flags.has("p") || flags.has("P")) return meaning.kind === "file" ? `${meaning.path}\n` : "";
  return describeMeaning(shell, name, meaning);
}

export const type: Builtin = { name: "type", run };
