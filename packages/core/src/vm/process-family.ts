// A process with all that came from it: its session, and descendants that left it.

import type { Kernel } from "@agentos/kernel";
import { SIGNALS } from "@agentos/kernel/abi";

/** With `sinceMs` (since the epoch) only those that started then or later, and not the process itself. */
export function killFamily(kernel: Kernel, pid: number, sinceMs?: number): void {
  const init = kernel.procOf(kernel.init);
  const processes = init.listProcesses();
  const parents = new Map(processes.map((process) => [process.pid, process.ppid]));
  const descends = (from: number): boolean => {
    for (let at: number | undefined = from; at !== undefined && at !== 0; at = parents.get(at)) {
      if (at === pid) return true;
    }
    return false;
  };
  for (const { pid: member, sid, startTimeMs, state } of processes) {
    if (state === "Z" || (sid !== pid && !descends(member))) continue;
    if (sinceMs !== undefined && (member === pid || startTimeMs < sinceMs)) continue;
    init.kill(member, SIGNALS.SIGKILL);
  }
}
