import { isSysError, SIGNALS } from "@agentos/kernel/abi";
import { errorText, fail, warn } from "@agentos/kernel/program";
import { processProgram } from "../shared/match-processes.ts";
import { parseSignal } from "../shared/signal-names.ts";

/** "-9" and "-KILL" are signals. */
function modernize(argv: readonly string[]): readonly string[] {
  const at = argv.findIndex(
    (word, i) => i > 0 && /^-(\d+|[A-Z][A-Z\d]+)$/.test(word) && parseSignal(word.slice(1)) !== undefined,
  );
  return at < 0 ? argv : [...argv.slice(0, at), `--signal=${argv[at]!.slice(1)}`, ...argv.slice(at + 1)];
}

export default processProgram(
  "pkill",
  "Signal processes based on name.",
  async (proc, { processes, options }) => {
    const signal = options.signal === undefined ? SIGNALS.SIGTERM : parseSignal(options.signal);
    if (signal === undefined) return fail(proc, `invalid signal: ${options.signal}`, 2);
    let sent = 0;
    for (const { pid } of processes) {
      try {
        proc.kill(pid, signal);
        sent++;
      } catch (error) {
        if (!isSysError(error)) throw error;
        await warn(proc, `killing pid ${pid} failed: ${errorText(error)}`);
      }
    }
    return sent > 0 ? 0 : 1;
  },
  modernize,
);
