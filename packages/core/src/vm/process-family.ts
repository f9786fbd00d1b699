// A process with all that came from it: its session, and descendants that left it.

import type { Kernel } from "@agentos/kernel";
import { SIGNALS } from "@agentos/kernel/abi";

export function listFamily(kernel: Kernel, pid: number): number[] {
  const processes = kernel.procOf(kernel.init).listProcesses();
  const parents = new Map(processes.map((process) => [process.pid, process.ppid]));
  const descends = (from: number): boolean => {
    for (let at: number | undefined = from; at !== undefined && at !== 0; at = parents.get(at)) {
      if (at === pid) return true;
    }
    return false;
  };
  return processes
    .filter(({ pid: member, sid, state }) => state !== "Z" && (sid === pid || descends(member)))
    .map((process) => process.pid);
}

export function killFamily(kernel: Kernel, pid: number, except: readonly number[] = []): void {
  const init = kernel.procOf(kernel.init);
  for (const member of listFamily(kernel, pid)) {
    if (!except.includes(member)) init.kill(member, SIGNALS.SIGKILL);
  }
}
