import { defineProgram, errorText, fail, quoteName, UsageError } from "@agentos/kernel/program";
import { quote } from "../shared/quote.ts";

export default defineProgram({
  name: "unlink",
  summary: "Call the unlink function to remove the specified FILE.",
  usage: "FILE",
  async run(proc, { operands }) {
    const [name, extra] = operands;
    if (name === undefined) throw new UsageError("missing operand");
    if (extra !== undefined) throw new UsageError(`extra operand ${quote(proc, extra)}`);
    try {
      await proc.unlink(name);
      return 0;
    } catch (error) {
      return fail(proc, `cannot unlink ${quoteName(name)}: ${errorText(error)}`);
    }
  },
});
