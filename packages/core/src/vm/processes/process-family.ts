// A process that the app started and all its descendants, including those that left its session or outlived their parent.

import type { Kernel } from "@agentos/kernel";
import { SIGNALS } from "@agentos/kernel/abi";

export function listFamily(kernel: Kernel, pid: number): number[] {
  return Array.from(kernel.processes.values())
    .filter(({ origin, isDead }) => origin === pid && !isDead)
    .map((process) => process.pid);
}

export function killFamily(kernel: Kernel, pid: number, except: readonly number[] = []): void {
  const init = kernel.procOf(kernel.init);
  for (const member of listFamily(kernel, pid)) {
    if (!except.includes(member)) init.kill(member, SIGNALS.SIGKILL);
  }
}
