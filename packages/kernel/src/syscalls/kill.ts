import { sysError } from "@agentos/vfs/abi";
import type { Process } from "../process/process.ts";
import { isSignal, maySignal, sendSignal } from "../process/process-signals.ts";
import { syscall } from "./syscall.ts";

function targets(p: Process, pid: number): Process[] {
  const { processes, groups } = p.kernel;
  if (pid > 0) {
    const target = processes.get(pid);
    return target ? [target] : [];
  }
  if (pid === -1) return [...processes.values()].filter((target) => target !== p && target.pid !== 1);
  const group = pid === 0 ? p.group : groups.get(-pid);
  return group ? [...group.members] : [];
}

export const kill = syscall({
  name: "kill",
  errors: ["ESRCH", "EPERM", "EINVAL"],
  run: (p, pid, signal) => {
    if (signal !== 0 && !isSignal(signal)) throw sysError("EINVAL");
    const found = targets(p, pid);
    if (found.length === 0) throw sysError("ESRCH");
    const allowed = found.filter((target) => maySignal(p, target, signal));
    if (allowed.length === 0) throw sysError("EPERM");
    if (signal !== 0) for (const target of allowed) sendSignal(target, signal);
  },
});
