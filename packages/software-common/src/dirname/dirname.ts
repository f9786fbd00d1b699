import { defineProgram, stdout, UsageError } from "@agentos/kernel/program";
import { directoryName } from "../shared/path-names.ts";

export default defineProgram({
  name: "dirname",
  summary: "Output each NAME with its last non-slash component and trailing slashes removed.",
  usage: "[OPTION] NAME...",
  options: { zero: { short: "z", long: "zero", help: "end each output line with NUL, not newline" } },
  async run(proc, { options, operands }) {
    if (operands.length === 0) throw new UsageError("missing operand");
    for (const name of operands) await stdout(proc).write(directoryName(name) + (options.zero ? "\0" : "\n"));
    return 0;
  },
});
