import { exitCodeOf, isSysError, SIGNALS, signaled, termSignalOf, WNOHANG } from "@agentos/kernel/abi";
import { defineProgram, fail, type Proc, stderr, UsageError, warn } from "@agentos/kernel/program";
import { parseDuration } from "../shared/duration.ts";
import { quote } from "../shared/quote.ts";
import { reportFailure, spawnCommand } from "../shared/run-command.ts";
import { parseSignal, shortSignalName } from "../shared/signal-names.ts";

const TIMED_OUT = 124;
const FAILED = 125;
const LONGEST_NAP_MS = 2 ** 31 - 1;
const FORWARDED = [SIGNALS.SIGTERM, SIGNALS.SIGINT, SIGNALS.SIGHUP, SIGNALS.SIGQUIT] as const;

interface Settings {
  command: string;
  signal: number;
  killAfterMs: number;
  foreground: boolean;
  preserveStatus: boolean;
  verbose: boolean;
}

class Watchdog {
  readonly #proc: Proc;
  readonly #child: number;
  readonly #settings: Settings;
  #timedOut = false;

  constructor(proc: Proc, child: number, settings: Settings) {
    this.#proc = proc;
    this.#child = child;
    this.#settings = settings;
  }

  /** Waits for the child; SIGCHLD ends the sleeps early. */
  async watch(limitMs: number): Promise<number> {
    for (const signal of FORWARDED) {
      this.#proc.sigaction(signal, { handler: (number) => void this.#send(number) });
    }
    let deadline = limitMs === 0 ? Number.POSITIVE_INFINITY : this.#proc.monotonicMs() + limitMs;
    for (;;) {
      const result = await this.#proc.wait(this.#child, WNOHANG);
      if (result !== undefined) return this.#exitStatus(result.status);
      const left = deadline - this.#proc.monotonicMs();
      if (left > 0) {
        await this.#proc.sleep(Math.min(left, LONGEST_NAP_MS));
        continue;
      }
      const { signal, killAfterMs } = this.#settings;
      const sent = this.#timedOut ? SIGNALS.SIGKILL : signal;
      await this.#report(sent);
      this.#timedOut = true;
      deadline =
        killAfterMs > 0 && sent !== SIGNALS.SIGKILL
          ? this.#proc.monotonicMs() + killAfterMs
          : Number.POSITIVE_INFINITY;
      this.#send(sent);
    }
  }

  async #report(signal: number): Promise<void> {
    if (!this.#settings.verbose) return;
    const { command } = this.#settings;
    await warn(
      this.#proc,
      `sending signal ${shortSignalName(signal)} to command ${quote(this.#proc, command)}`,
    );
  }

  /** To the child and, unless in the foreground, to the whole group, this process aside. */
  #send(signal: number): void {
    this.#kill(this.#child, signal);
    const stubborn = signal === SIGNALS.SIGKILL || signal === SIGNALS.SIGCONT;
    if (!this.#settings.foreground) {
      if (!stubborn) this.#proc.sigaction(signal, "ignore");
      this.#kill(0, signal);
    }
    if (!stubborn) {
      this.#kill(this.#child, SIGNALS.SIGCONT);
      if (!this.#settings.foreground) this.#kill(0, SIGNALS.SIGCONT);
    }
  }

  #kill(pid: number, signal: number): void {
    try {
      this.#proc.kill(pid, signal);
    } catch (error) {
      if (!isSysError(error)) throw error;
    }
  }

  #exitStatus(status: number): number {
    const killed = signaled(status);
    const code = killed ? 128 + termSignalOf(status) : exitCodeOf(status);
    const byKill = killed && termSignalOf(status) === SIGNALS.SIGKILL;
    return this.#timedOut && !this.#settings.preserveStatus && !byKill ? TIMED_OUT : code;
  }
}

export default defineProgram({
  name: "timeout",
  summary: "Start COMMAND, and kill it if still running after DURATION.",
  usage: "[OPTION] DURATION COMMAND [ARG]...",
  usageStatus: FAILED,
  optionsFirst: true,
  options: {
    preserveStatus: {
      long: "preserve-status",
      help: "exit with the same status as COMMAND, even when it times out",
    },
    foreground: {
      long: "foreground",
      help: "leave COMMAND in the foreground; its children are not timed out",
    },
    killAfter: {
      short: "k",
      long: "kill-after",
      value: "DURATION",
      help: "also send KILL if still running this long after",
    },
    signal: { short: "s", long: "signal", value: "SIGNAL", help: "specify the signal to be sent on timeout" },
    verbose: { short: "v", long: "verbose", help: "diagnose to stderr any signal sent upon timeout" },
  },
  async run(proc, { options, operands }) {
    const signal = options.signal === undefined ? SIGNALS.SIGTERM : parseSignal(options.signal);
    if (signal === undefined) throw new UsageError(`${quote(proc, options.signal!)}: invalid signal`);
    const killAfterMs = parseDuration(options.killAfter ?? "0");
    if (killAfterMs === undefined)
      throw new UsageError(`invalid time interval ${quote(proc, options.killAfter!)}`);
    if (operands.length < 2) {
      await stderr(proc).write(`Try '${proc.argv[0]} --help' for more information.\n`);
      return FAILED;
    }
    const [duration = "", ...command] = operands;
    const limitMs = parseDuration(duration);
    if (limitMs === undefined) throw new UsageError(`invalid time interval ${quote(proc, duration)}`);
    if (!options.foreground) becomeGroupLeader(proc);
    // Before the child starts: its end must find the handler in place.
    proc.sigaction(SIGNALS.SIGCHLD, { handler: () => undefined });
    let child: number;
    try {
      child = await spawnCommand(proc, command);
    } catch (error) {
      if (!isSysError(error)) throw error;
      if (isSysError(error, "EAGAIN")) return fail(proc, `fork system call failed: ${error.message}`, FAILED);
      return reportFailure(proc, command[0]!, error);
    }
    const { foreground, preserveStatus, verbose } = options;
    const settings = { command: command[0]!, signal, killAfterMs, foreground, preserveStatus, verbose };
    return new Watchdog(proc, child, settings).watch(limitMs);
  },
});

function becomeGroupLeader(proc: Proc): void {
  try {
    proc.setpgid(0, 0);
  } catch (error) {
    if (!isSysError(error, "EPERM")) throw error;
  }
}
