import { exitCodeOf, isSysError, signaled, termSignalOf } from "@agentos/kernel/abi";
import { defineProgram, UsageError } from "@agentos/kernel/program";
import { execCommand, reportFailure } from "../shared/run-command.ts";

/** setsid: runs a program in a new session. Source: setsid(1) of util-linux. */
export default defineProgram({
  name: "setsid",
  summary: "Run a program in a new session.",
  usage: "[OPTION]... PROGRAM [ARG]...",
  optionsFirst: true,
  options: {
    ctty: { short: "c", long: "ctty", help: "set the controlling terminal to the current one" },
    fork: { short: "f", long: "fork", help: "always fork" },
    wait: { short: "w", long: "wait", help: "wait program to exit, and use the same return" },
  },
  async run(proc, { options, operands }) {
    if (operands.length === 0) throw new UsageError("no command specified");
    const body = async (child: typeof proc): Promise<number> => {
      child.setsid();
      if (options.ctty && child.isatty(0)) child.setControllingTty(0);
      try {
        return await execCommand(child, operands);
      } catch (error) {
        if (!isSysError(error)) throw error;
        return reportFailure(child, operands[0]!, error, "failed to execute ");
      }
    };
    // The leader of a process group can begin no session.
    if (!options.fork && proc.pgid !== proc.pid) return body(proc);
    const pid = proc.fork(body);
    if (!options.wait) return 0;
    const result = await proc.wait(pid);
    const status = result?.status ?? 0;
    return signaled(status) ? 128 + termSignalOf(status) : exitCodeOf(status);
  },
});
