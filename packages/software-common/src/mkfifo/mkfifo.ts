import { isSysError, S_IFIFO } from "@agentos/kernel/abi";
import { defineProgram, errorText, fail, quoteName, UsageError, warn } from "@agentos/kernel/program";
import { applyMode, type ModeChange, parseMode } from "../shared/file-mode.ts";
import { quote } from "../shared/quote.ts";

const STANDARD_MODE = 0o666;

export default defineProgram({
  name: "mkfifo",
  summary: "Create named pipes (FIFOs) with the given NAMEs.",
  usage: "[OPTION]... NAME...",
  options: {
    mode: {
      short: "m",
      long: "mode",
      value: "MODE",
      help: "set file permission bits to MODE, not a=rw - umask",
    },
  },
  async run(proc, { options, operands }) {
    let mode: ModeChange | undefined;
    if (options.mode !== undefined) {
      mode = parseMode(options.mode);
      if (mode === undefined) return fail(proc, `invalid mode: ${quote(proc, options.mode)}`);
    }
    if (operands.length === 0) throw new UsageError("missing operand");
    let status = 0;
    for (const name of operands) {
      try {
        await proc.mknod(name, S_IFIFO | STANDARD_MODE);
        if (mode !== undefined) await proc.chmod(name, applyMode(mode, STANDARD_MODE, proc.umask()) & 0o777);
      } catch (error) {
        if (!isSysError(error)) throw error;
        await warn(proc, `cannot create fifo ${quoteName(name)}: ${errorText(error)}`);
        status = 1;
      }
    }
    return status;
  },
});
