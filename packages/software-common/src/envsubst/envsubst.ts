import {
  defineProgram,
  latin1ToOsString,
  osStringToLatin1,
  stdout,
  UsageError,
} from "@agentos/kernel/program";
import { filterLines } from "../shared/line-filter.ts";

const VARIABLE = /\$(?:\{([A-Za-z_][A-Za-z0-9_]*)\}|([A-Za-z_][A-Za-z0-9_]*))/g;

/** envsubst: puts the values of environment variables into a text. Source: GNU gettext manual, "envsubst Invocation". */
export default defineProgram({
  name: "envsubst",
  summary: "Substitute the values of environment variables.",
  usage: "[OPTION] [SHELL-FORMAT]",
  options: {
    variables: { short: "v", long: "variables", help: "output the variables occurring in SHELL-FORMAT" },
  },
  async run(proc, { options, operands }) {
    const [format, ...more] = operands;
    if (more.length > 0) throw new UsageError("too many arguments");
    const named =
      format === undefined ? undefined : [...format.matchAll(VARIABLE)].map((match) => match[1] ?? match[2]!);
    if (options.variables) {
      if (!named) throw new UsageError("missing arguments");
      for (const name of named) await stdout(proc).write(`${name}\n`);
      return 0;
    }
    const wanted = named && new Set(named);
    const substitute = (line: string): string =>
      line.replace(VARIABLE, (text, braced?: string, plain?: string) => {
        const name = braced ?? plain!;
        return wanted && !wanted.has(name)
          ? text
          : osStringToLatin1(proc.env.get(latin1ToOsString(name)) ?? "");
      });
    await filterLines(proc, 0, (line, terminated) => substitute(line) + (terminated ? "\n" : ""));
    return 0;
  },
});
