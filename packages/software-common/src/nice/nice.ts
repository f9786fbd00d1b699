import { isSysError } from "@agentos/kernel/abi";
import { defineProgram, errorText, fail, stdout, UsageError, warn } from "@agentos/kernel/program";
import { quote } from "../shared/quote.ts";
import { execCommand, reportFailure } from "../shared/run-command.ts";

const FAILED = 125;
const STANDARD_ADJUSTMENT = 10;

export default defineProgram({
  name: "nice",
  summary: "Run COMMAND with an adjusted niceness, which affects process scheduling.",
  usage: "[OPTION] [COMMAND [ARG]...]",
  usageStatus: FAILED,
  optionsFirst: true,
  modernize: (argv) =>
    /^--?\d+$/.test(argv[1] ?? "") ? [argv[0]!, `-n${argv[1]!.slice(1)}`, ...argv.slice(2)] : argv,
  options: {
    adjustment: {
      short: "n",
      long: "adjustment",
      value: "N",
      help: "add integer N to the niceness (default 10)",
    },
  },
  async run(proc, { options, operands }) {
    const { adjustment } = options;
    if (adjustment !== undefined && !/^[-+]?\d{1,4}$/.test(adjustment)) {
      return fail(proc, `invalid adjustment ${quote(proc, adjustment)}`, FAILED);
    }
    if (operands.length === 0) {
      if (adjustment !== undefined) throw new UsageError("a command must be given with an adjustment");
      await stdout(proc).write(`${proc.nice(0)}\n`);
      return 0;
    }
    try {
      proc.nice(Number(adjustment ?? STANDARD_ADJUSTMENT));
    } catch (error) {
      await warn(proc, `cannot set niceness: ${errorText(error)}`);
    }
    try {
      return await execCommand(proc, operands);
    } catch (error) {
      if (!isSysError(error)) throw error;
      return reportFailure(proc, operands[0]!, error, "");
    }
  },
});
