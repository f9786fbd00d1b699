import { defineProgram, errorText, fail, quoteName, UsageError } from "@agentos/kernel/program";
import { quote } from "../shared/quote.ts";

export default defineProgram({
  name: "link",
  summary: "Call the link function to create a link named FILE2 to an existing FILE1.",
  usage: "FILE1 FILE2",
  async run(proc, { operands }) {
    const [existing, name, extra] = operands;
    if (existing === undefined) throw new UsageError("missing operand");
    if (name === undefined) throw new UsageError(`missing operand after ${quote(proc, existing)}`);
    if (extra !== undefined) throw new UsageError(`extra operand ${quote(proc, extra)}`);
    try {
      await proc.link(existing, name);
      return 0;
    } catch (error) {
      return fail(
        proc,
        `cannot create link ${quoteName(name)} to ${quoteName(existing)}: ${errorText(error)}`,
      );
    }
  },
});
