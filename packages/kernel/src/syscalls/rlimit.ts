import { sysError } from "@agentos/vfs/abi";
import type { Process } from "../process.ts";
import { syscall } from "./syscall.ts";

interface Resource {
  get(p: Process): number;
  set(p: Process, soft: number): void;
  hard(p: Process): number;
}

const RESOURCES: Readonly<Record<string, Resource>> = {
  NOFILE: {
    get: (p) => p.fds.limit,
    set: (p, soft) => {
      p.fds.limit = soft;
    },
    hard: (p) => p.kernel.limits.maxOpenFds,
  },
  CPU: {
    get: (p) => p.cpuLimitMs / 1000,
    set: (p, soft) => {
      p.cpuLimitMs = soft * 1000;
    },
    hard: (p) => p.kernel.limits.cpuTimeMs / 1000,
  },
};

/** Limits that can be asked for but that nothing here enforces per process. */
const FIXED: Readonly<Record<string, (p: Process) => number>> = {
  NPROC: (p) => p.kernel.limits.maxProcesses,
  STACK: () => 8_388_608,
  CORE: () => 0,
};

const KNOWN = [
  "AS",
  "DATA",
  "FSIZE",
  "LOCKS",
  "MEMLOCK",
  "MSGQUEUE",
  "NICE",
  "RSS",
  "RTPRIO",
  "RTTIME",
  "SIGPENDING",
];

function nameOf(resource: string): string {
  const name = resource.replace(/^RLIMIT_/, "").toUpperCase();
  if (!(name in RESOURCES || name in FIXED || KNOWN.includes(name))) throw sysError("EINVAL");
  return name;
}

export const getrlimit = syscall({
  name: "getrlimit",
  errors: ["EINVAL"],
  partial: "NOFILE and CPU are limits of the process, NPROC of the VM; the others are unlimited",
  run: (p, resource) => {
    const name = nameOf(resource);
    const settable = RESOURCES[name];
    if (settable) return { soft: settable.get(p), hard: settable.hard(p) };
    const value = FIXED[name]?.(p) ?? Number.POSITIVE_INFINITY;
    return { soft: value, hard: value };
  },
});

export const setrlimit = syscall({
  name: "setrlimit",
  errors: ["EINVAL", "EPERM"],
  partial: "only NOFILE and CPU can be changed, and their hard limits stay",
  run: (p, resource, soft, hard) => {
    const settable = RESOURCES[nameOf(resource)];
    if (!(soft >= 0) || soft > hard) throw sysError("EINVAL");
    if (!settable) return;
    if (soft > settable.hard(p)) throw sysError("EPERM");
    settable.set(p, soft);
  },
});
