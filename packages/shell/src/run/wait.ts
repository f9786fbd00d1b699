// Waiting for children: what happened to each goes to the job table.

import {
  describeSignal,
  isSysError,
  SIGNALS,
  signaled,
  signalStatus,
  stopped,
  termSignalOf,
  WNOHANG,
  WUNTRACED,
} from "@agentos/kernel/abi";
import type { WaitResult } from "@agentos/kernel/program";
import { type Co, wait } from "../co.ts";
import type { Shell } from "../shell.ts";
import { exitStatusOf } from "./jobs.ts";

/** Waits for one child in the foreground; its exit status. */
export function* waitFor(shell: Shell, pid: number): Co<number> {
  return exitStatusOf(yield* waitStatus(shell, pid));
}

/** The status of wait(2) of a child that ends, or with job control stops. Only a fatal signal ends the waiting. */
export function* waitStatus(shell: Shell, pid: number): Co<number> {
  const known = shell.jobs.ended.get(pid);
  if (known !== undefined) {
    shell.jobs.ended.delete(pid);
    return known;
  }
  for (;;) {
    try {
      const result = (yield* wait(shell.proc.wait(pid, shell.set.monitor ? WUNTRACED : 0))) as WaitResult;
      return result.status;
    } catch (error) {
      if (isSysError(error, "ECHILD")) return 127 << 8;
      if (!isSysError(error, "EINTR")) throw error;
      if (shell.traps.fatal !== undefined) return signalStatus(shell.traps.fatal);
    }
  }
}

const SILENT = new Set<number>([SIGNALS.SIGINT, SIGNALS.SIGPIPE]);

/** "bash: line 1:  123 Killed                  sleep 100" */
export function reportDeath(shell: Shell, pid: number, status: number, describe: () => string): void {
  const signal = termSignalOf(status);
  if (!signaled(status) || SILENT.has(signal) || stopped(status)) return;
  const what = describeSignal(signal);
  // bash is built to be brief about SIGTERM.
  if (shell.interactive || signal === SIGNALS.SIGTERM) shell.report(`${what}\n`);
  else shell.complain(`${String(pid).padStart(5)} ${what.padEnd(23)} ${describe()}`);
}

/** Takes in all children that have ended by now, without waiting. */
export function* reapChildren(shell: Shell): Co<void> {
  for (;;) {
    let result: WaitResult | undefined;
    try {
      result = yield* wait(shell.proc.wait(-1, WNOHANG | (shell.set.monitor ? WUNTRACED : 0)));
    } catch (error) {
      if (isSysError(error, "ECHILD") || isSysError(error, "EINTR")) return;
      throw error;
    }
    if (!result) return;
    shell.jobs.record(result.pid, result.status);
  }
}
