import { defineProgram, fail, helpText, stdout, UsageError } from "@agentos/kernel/program";
import { RegexError } from "@agentos/posix";
import { quote } from "../shared/quote.ts";
import { ExprError, evaluate, isNull } from "./evaluate.ts";

const SUMMARY = "Print the value of EXPRESSION to standard output.";
const INVALID = 2;

export default defineProgram({
  name: "expr",
  summary: SUMMARY,
  usage: "EXPRESSION",
  rawArguments: true,
  usageStatus: INVALID,
  async run(proc, { operands }) {
    if (operands.length === 1 && operands[0] === "--help") {
      await stdout(proc).write(helpText({ summary: SUMMARY, usage: "EXPRESSION", options: {} }, "expr"));
      return 0;
    }
    const args = operands[0] === "--" ? operands.slice(1) : operands;
    if (args.length === 0) throw new UsageError("missing operand");
    try {
      const value = await evaluate(
        args,
        () => proc.yield(),
        (text) => quote(proc, text),
      );
      await stdout(proc).write(`${value}\n`);
      return isNull(value) ? 1 : 0;
    } catch (error) {
      if (error instanceof ExprError) return fail(proc, error.message, INVALID);
      if (error instanceof RegexError) return fail(proc, error.message, INVALID);
      throw error;
    }
  },
});
