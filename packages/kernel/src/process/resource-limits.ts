// Source: getrlimit(2). A limit that was never set has the VM's default; children inherit those that were set.

import { sysError } from "@agentos/vfs/abi";
import type { Process } from "./process.ts";

export interface ResourceLimit {
  soft: number;
  hard: number;
}

const UNLIMITED: ResourceLimit = { soft: Number.POSITIVE_INFINITY, hard: Number.POSITIVE_INFINITY };
const STACK: ResourceLimit = { soft: 8_388_608, hard: Number.POSITIVE_INFINITY };
const NO_CORE: ResourceLimit = { soft: 0, hard: Number.POSITIVE_INFINITY };

const both = (value: number): ResourceLimit => ({ soft: value, hard: value });

/** The limits of each resource in a new VM. */
const DEFAULTS = {
  AS: () => UNLIMITED,
  CORE: () => NO_CORE,
  CPU: ({ kernel }: Process) => both(kernel.limits.cpuTimeMs / 1000),
  DATA: () => UNLIMITED,
  FSIZE: () => UNLIMITED,
  LOCKS: () => UNLIMITED,
  MEMLOCK: () => UNLIMITED,
  MSGQUEUE: () => both(819_200),
  NICE: () => both(0),
  NOFILE: ({ kernel }: Process) => both(kernel.limits.maxOpenFds),
  NPROC: ({ kernel }: Process) => both(kernel.limits.maxProcesses),
  RSS: () => UNLIMITED,
  RTPRIO: () => both(0),
  RTTIME: () => UNLIMITED,
  SIGPENDING: ({ kernel }: Process) => both(kernel.limits.maxProcesses),
  STACK: () => STACK,
} satisfies Record<string, (p: Process) => ResourceLimit>;

export type Resource = keyof typeof DEFAULTS;

/** What setting a limit changes in the process itself. */
const EFFECTS: Partial<Record<Resource, (p: Process, soft: number) => void>> = {
  CPU: (p, soft) => {
    p.cpuLimitMs = soft * 1000;
  },
  FSIZE: (p, soft) => {
    p.fileSizeLimit = soft;
  },
  NOFILE: (p, soft) => {
    p.fds.limit = soft;
  },
};

/** "NOFILE" or "RLIMIT_NOFILE" → its name here. @throws EINVAL */
export function resourceNamed(name: string): Resource {
  const plain = name.replace(/^RLIMIT_/, "");
  if (!Object.hasOwn(DEFAULTS, plain)) throw sysError("EINVAL");
  return plain as Resource;
}

export function limitOf(p: Process, resource: Resource): ResourceLimit {
  return p.resourceLimits.get(resource) ?? DEFAULTS[resource](p);
}

/** @throws EINVAL soft above hard · EPERM raising the hard limit without being root, or beyond what the VM allows */
export function setLimit(p: Process, resource: Resource, limit: ResourceLimit): void {
  const { soft, hard } = limit;
  if (!(soft >= 0) || soft > hard) throw sysError("EINVAL");
  const highest = p.caller.uid === 0 ? DEFAULTS[resource](p).hard : limitOf(p, resource).hard;
  if (hard > highest) throw sysError("EPERM");
  p.resourceLimits = new Map(p.resourceLimits).set(resource, { soft, hard });
  EFFECTS[resource]?.(p, soft);
}
