import {
  defineProgram,
  helpText,
  PROGRAM_VERSION,
  type Proc,
  stdout,
  UsageError,
  warn,
} from "@agentos/kernel/program";
import { printf } from "@agentos/posix";
import { quote, shownName } from "../shared/quote.ts";

const SUMMARY = "Print ARGUMENT(s) according to FORMAT.";
const USAGE = "FORMAT [ARGUMENT]...";

async function print(proc: Proc, format: string, args: readonly string[]): Promise<number> {
  const { output, errors, status } = printf(format, args, {
    dialect: "coreutils",
    quote: (word) => (word === "" ? "''" : shownName(word)),
    now: () => Number(proc.now() / 1_000_000_000n),
    timeZone: proc.env.get("TZ"),
  });
  await stdout(proc).write(output);
  await stdout(proc).flush();
  for (const error of errors)
    await warn(
      proc,
      error.replace(/^'(.*)':/s, (_, text: string) => `${quote(proc, text)}:`),
    );
  return status;
}

export default defineProgram({
  name: "printf",
  summary: SUMMARY,
  usage: USAGE,
  rawArguments: true,
  async run(proc, { operands }) {
    if (operands.length === 1 && operands[0] === "--help") {
      await stdout(proc).write(
        helpText({ summary: SUMMARY, usage: USAGE, options: {} }, proc.argv[0] ?? "printf"),
      );
      return 0;
    }
    if (operands.length === 1 && operands[0] === "--version") {
      await stdout(proc).write(`printf (AgentOS) ${PROGRAM_VERSION}\n`);
      return 0;
    }
    const [format, ...args] = operands[0] === "--" ? operands.slice(1) : operands;
    if (format === undefined) throw new UsageError("missing operand");
    return print(proc, format, args);
  },
});
