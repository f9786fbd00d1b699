// Waits for what runs in the foreground, which with job control may stop and become a job.

import { describeSignal, SIGNALS, stopped, stopSignalOf } from "@agentos/kernel/abi";
import type { Co } from "../co.ts";
import { type Shell, UNWIND } from "../shell.ts";
import { exitStatusOf } from "./jobs.ts";
import { reportDeath, waitStatus } from "./wait.ts";

/** Waits for one child; its exit status. */
export function* runForeground(shell: Shell, pid: number, describe: () => string): Co<number> {
  if (!shell.set.monitor) {
    const status = yield* waitStatus(shell, pid);
    reportDeath(shell, pid, status, describe);
    return exitStatusOf(status);
  }
  const statuses = yield* runForegroundGroup(shell, [pid], [describe()], describe());
  return exitStatusOf(statuses[0]!);
}

/** Waits for the processes of a pipeline, which are one process group; the status of each. */
export function* runForegroundGroup(
  shell: Shell,
  pids: readonly number[],
  texts: readonly string[],
  text: string,
): Co<number[]> {
  const group = shell.set.monitor ? pids[0]! : 0;
  if (group !== 0) shell.giveTerminal(group);
  const statuses: number[] = [];
  for (let i = 0; i < pids.length; i++) {
    const status = yield* waitStatus(shell, pids[i]!);
    statuses.push(status);
    if (stopped(status)) {
      const processes = pids.map((pid, at) => ({
        pid,
        status: at < i ? statuses[at] : undefined,
        text: texts[at]!,
      }));
      const job = shell.jobs.add(processes, group, text, false);
      shell.jobs.record(pids[i]!, status);
      job.notified = true;
      shell.takeTerminalBack();
      const what = describeSignal(stopSignalOf(status));
      shell.report(`\n[${job.id}]${shell.jobs.mark(job)}  ${what.padEnd(23)} ${text}\n`);
      return statuses;
    }
    if (i === pids.length - 1) reportDeath(shell, pids[i]!, status, () => text);
  }
  if (group !== 0) {
    shell.takeTerminalBack();
    if ((statuses[statuses.length - 1]! & 0x7f) === SIGNALS.SIGINT && shell.interactive) {
      // Ctrl-C ends the whole line, including loops.
      shell.report("\n");
      shell.unwinding = UNWIND.DISCARD;
    }
  }
  return statuses;
}
