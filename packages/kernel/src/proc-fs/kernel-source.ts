import type { Kernel } from "../kernel.ts";
import type { ProcSource } from "./proc-source.ts";

/** What a VM shows as its memory while none of it is metered. */
const MEMORY_BYTES = 1024 ** 3;

/** A kernel as /proc shows it. */
export function procSource(kernel: Kernel): ProcSource {
  return {
    processes: kernel.processes,
    namespace: kernel.namespace,
    limits: kernel.limits,
    bootTimeMs: kernel.bootTimeMs,
    get systemName() {
      return kernel.systemName;
    },
    setHostname: (name) => kernel.setHostname(name),
    memory: () => ({ total: MEMORY_BYTES, used: 0 }),
    sockets: () => [],
  };
}
