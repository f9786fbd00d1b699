import { defineProgram, stdout, UsageError } from "@agentos/kernel/program";
import { baseName } from "../shared/path-names.ts";
import { quote } from "../shared/quote.ts";

function stripSuffix(name: string, suffix: string | undefined): string {
  return suffix !== undefined && name.endsWith(suffix) && name !== suffix
    ? name.slice(0, name.length - suffix.length)
    : name;
}

export default defineProgram({
  name: "basename",
  summary: "Print NAME with any leading directory components removed.",
  usage: "NAME [SUFFIX] | OPTION... NAME...",
  optionsFirst: true,
  options: {
    multiple: { short: "a", long: "multiple", help: "support multiple arguments" },
    suffix: { short: "s", long: "suffix", value: "SUFFIX", help: "remove a trailing SUFFIX; implies -a" },
    zero: { short: "z", long: "zero", help: "end each output line with NUL, not newline" },
  },
  async run(proc, { options, operands }) {
    if (operands.length === 0) throw new UsageError("missing operand");
    const several = options.multiple || options.suffix !== undefined;
    if (!several && operands.length > 2) throw new UsageError(`extra operand ${quote(proc, operands[2]!)}`);
    const names = several ? operands : operands.slice(0, 1);
    const suffix = several ? options.suffix : operands[1];
    for (const name of names) {
      await stdout(proc).write(stripSuffix(baseName(name), suffix) + (options.zero ? "\0" : "\n"));
    }
    return 0;
  },
});
