import { epochMs, monotonicMs } from "../host-clock.ts";
import { stateOf } from "../proc-fs/process-files.ts";
import type { Process } from "../process/process.ts";
import type { ProcessInfo } from "../program/proc.ts";
import { syscall } from "./syscall.ts";

/** A process as ps(1) lists it. */
function describeProcess(p: Process): ProcessInfo {
  return {
    pid: p.pid,
    ppid: p.ppid,
    pgid: p.group.id,
    sid: p.group.session.id,
    uid: p.caller.uid,
    gid: p.caller.gid,
    state: stateOf(p),
    argv: p.argv,
    tty: p.group.session.terminal?.path.replace("/dev/", ""),
    startTimeMs: epochMs() - (monotonicMs() - p.startedMs),
    cpuMs: p.cpuMs,
  };
}

export const listProcesses = syscall({
  name: "listProcesses",
  run: (p) => [...p.kernel.processes.values()].map(describeProcess),
});
