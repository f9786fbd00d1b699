import {
  exitCodeOf,
  isSysError,
  O_APPEND,
  O_CREAT,
  O_TRUNC,
  O_WRONLY,
  signaled,
  termSignalOf,
} from "@agentos/kernel/abi";
import { defineProgram, type Proc, stderr, UsageError, Writer } from "@agentos/kernel/program";
import { reportFailure, spawnCommand } from "../shared/run-command.ts";
import { formatUsage, type Usage } from "./format-usage.ts";

const STANDARD =
  "%Uuser %Ssystem %Eelapsed %PCPU (%Xavgtext+%Davgdata %Mmaxresident)k\n%Iinputs+%Ooutputs (%Fmajor+%Rminor)pagefaults %Wswaps";
const PORTABLE = "real %e\nuser %U\nsys %S";

async function runTimed(proc: Proc, command: string[]): Promise<Usage | number> {
  const before = proc.rusage();
  const start = proc.monotonicMs();
  let status: number;
  try {
    const pid = await spawnCommand(proc, command);
    status = (await proc.wait(pid))!.status;
  } catch (error) {
    if (!isSysError(error)) throw error;
    return reportFailure(proc, command[0]!, error, "cannot run ");
  }
  const after = proc.rusage();
  return {
    command,
    status,
    elapsedMs: proc.monotonicMs() - start,
    userMs: after.childrenUserMs - before.childrenUserMs,
    systemMs: after.childrenSystemMs - before.childrenSystemMs,
    maxResidentKb: after.maxResidentKb,
  };
}

export default defineProgram({
  name: "time",
  summary: "Run COMMAND, then print system resource usage.",
  usage: "[OPTIONS] COMMAND [ARG]...",
  usageStatus: 125,
  optionsFirst: true,
  options: {
    append: { short: "a", long: "append", help: "with -o FILE, append instead of overwriting" },
    format: {
      short: "f",
      long: "format",
      value: "FORMAT",
      help: "use the specified FORMAT instead of the default",
    },
    output: { short: "o", long: "output", value: "FILE", help: "write to FILE instead of STDERR" },
    portability: { short: "p", long: "portability", help: "print POSIX standard 1003.2 conformant string" },
    quiet: { short: "q", long: "quiet", help: "do not print information about abnormal program termination" },
  },
  async run(proc, { options, operands }) {
    if (operands.length === 0) throw new UsageError("missing program to run");
    const usage = await runTimed(proc, operands);
    if (typeof usage === "number") return usage;
    let out = stderr(proc);
    if (options.output !== undefined) {
      const flags = O_WRONLY | O_CREAT | (options.append ? O_APPEND : O_TRUNC);
      out = new Writer(proc, await proc.open(options.output, flags, 0o666));
    }
    const { status } = usage;
    if (!options.quiet && signaled(status)) {
      await out.write(`Command terminated by signal ${termSignalOf(status)}\n`);
    } else if (!options.quiet && status !== 0) {
      await out.write(`Command exited with non-zero status ${exitCodeOf(status)}\n`);
    }
    const format = options.format ?? (options.portability ? PORTABLE : (proc.env.get("TIME") ?? STANDARD));
    await out.write(`${formatUsage(format, usage)}\n`);
    await out.flush();
    return signaled(status) ? 128 + termSignalOf(status) : exitCodeOf(status);
  },
});
