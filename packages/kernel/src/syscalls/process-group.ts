import { sysError } from "@agentos/vfs/abi";
import { setProcessGroup, startSession } from "../process/process-groups.ts";
import { syscall } from "./syscall.ts";

export const setpgid = syscall({
  name: "setpgid",
  errors: ["ESRCH", "EPERM", "EACCES", "EINVAL"],
  run: (p, pid, pgid) => setProcessGroup(p, pid, pgid),
});

export const getpgid = syscall({
  name: "getpgid",
  errors: ["ESRCH"],
  run: (p, pid) => {
    const target = pid === 0 ? p : p.kernel.processes.get(pid);
    if (!target) throw sysError("ESRCH");
    return target.group.id;
  },
});

export const setsid = syscall({ name: "setsid", errors: ["EPERM"], run: (p) => startSession(p) });
