import { isSysError, O_APPEND, O_CREAT, O_RDONLY, O_WRONLY, SIGNALS } from "@agentos/kernel/abi";
import { defineProgram, type Proc, stderr, UsageError } from "@agentos/kernel/program";
import { quote } from "../shared/quote.ts";
import { execCommand, reportFailure } from "../shared/run-command.ts";

const FAILED = 125;

/** nohup.out here, or in the home directory where that is not possible. */
async function openOutput(proc: Proc): Promise<[fd: number, name: string] | undefined> {
  const home = proc.env.get("HOME");
  for (const name of ["nohup.out", ...(home === undefined ? [] : [`${home}/nohup.out`])]) {
    try {
      return [await proc.open(name, O_WRONLY | O_CREAT | O_APPEND, 0o600), name];
    } catch (error) {
      if (!isSysError(error)) throw error;
    }
  }
  return undefined;
}

/** Takes the terminal away from the three standard descriptors. */
async function detach(proc: Proc): Promise<boolean> {
  const [input, output, errors] = [proc.isatty(0), proc.isatty(1), proc.isatty(2)];
  const notes: string[] = [];
  if (input) {
    const fd = await proc.open("/dev/null", O_RDONLY);
    await proc.dup2(fd, 0);
    await proc.close(fd);
    notes.push("ignoring input");
  }
  if (output) {
    const opened = await openOutput(proc);
    if (opened === undefined) return false;
    await proc.dup2(opened[0], 1);
    await proc.close(opened[0]);
    notes.push(`appending output to ${quote(proc, opened[1])}`);
  } else if (errors) notes.push("redirecting stderr to stdout");
  if (notes.length > 0) await stderr(proc).write(`${proc.argv[0]}: ${notes.join(" and ")}\n`);
  if (errors) await proc.dup2(1, 2);
  return true;
}

export default defineProgram({
  name: "nohup",
  summary: "Run COMMAND, ignoring hangup signals.",
  usage: "COMMAND [ARG]...",
  usageStatus: FAILED,
  optionsFirst: true,
  async run(proc, { operands }) {
    if (operands.length === 0) throw new UsageError("missing operand");
    if (!(await detach(proc))) {
      await stderr(proc).write(
        `${proc.argv[0]}: failed to open ${quote(proc, "nohup.out")}: Permission denied\n`,
      );
      return FAILED;
    }
    proc.sigaction(SIGNALS.SIGHUP, "ignore");
    try {
      return await execCommand(proc, operands);
    } catch (error) {
      if (!isSysError(error)) throw error;
      return reportFailure(proc, operands[0]!, error);
    }
  },
});
