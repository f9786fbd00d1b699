// A guest's calls about itself and other processes.

import {
  andThen,
  isCharDevice,
  isFifo,
  isRegular,
  isSocket,
  isSysError,
  type MaybePromise,
  sysError,
} from "@agentos/kernel/abi";
import type { GuestCall, Value } from "@agentos/kernel/channel";
import type { Proc } from "@agentos/kernel/program";
import { bytes, integer, list, path } from "./arguments.ts";

/** libuv's name for the type of the descriptor. */
export function handleType(proc: Proc, fd: number): MaybePromise<string> {
  try {
    if (proc.isatty(fd)) return "TTY";
    return andThen(proc.fstat(fd), ({ mode }) => {
      if (isRegular(mode) || isCharDevice(mode)) return "FILE";
      return isFifo(mode) || isSocket(mode) ? "PIPE" : "UNKNOWN";
    });
  } catch (error) {
    if (isSysError(error)) return "UNKNOWN";
    throw error;
  }
}

export function processCalls(
  proc: Proc,
  notify: (name: string, ...args: Value[]) => void,
): Record<string, GuestCall> {
  return {
    cwd: () => proc.cwd,
    chdir: (directory) => proc.chdir(path(directory)),
    umask: (mask) => proc.umask(mask === undefined ? undefined : integer(mask) & 0o777),
    ids: () => [proc.uid, proc.euid, proc.gid, proc.egid, [...proc.groups]],
    setuid: (uid) => proc.setuid(integer(uid)),
    setgid: (gid) => proc.setgid(integer(gid)),
    setgroups: (groups) => proc.setgroups(list(groups).map(integer)),
    ppid: () => proc.ppid,
    kill: (pid, signal) => proc.kill(integer(pid), integer(signal)),
    /** Signals arrive as notices. The calls they interrupt are restarted, as libuv does. */
    catchSignal: (signal) => {
      proc.sigaction(integer(signal), { handler: (number) => notify("signal", number), restart: true });
      return undefined;
    },
    releaseSignal: (signal) => {
      proc.sigaction(integer(signal), "default");
      return undefined;
    },
    setPriority: (pid, priority) => {
      if (integer(pid) !== 0 && pid !== proc.pid) throw sysError("ESRCH");
      proc.nice(integer(priority) - proc.nice(0));
      return undefined;
    },
    getPriority: (pid) => {
      if (integer(pid) !== 0 && pid !== proc.pid) throw sysError("ESRCH");
      return proc.nice(0);
    },
    handleType: (fd) => handleType(proc, integer(fd)),
    uname: () => {
      const { sysname, nodename, release, version, machine } = proc.uname();
      return [sysname, nodename, release, version, machine];
    },
    complain: (message) => andThen(proc.write(2, bytes(message)), () => undefined),
  };
}
