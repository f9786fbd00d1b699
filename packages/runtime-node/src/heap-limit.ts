// V8's heap in a VM whose processes may use only so much memory. As in a container, the heap may take half of it: a program
// that fills its heap then dies of V8's limit, with Node's words, and one that fills buffers of the limit of the kernel.
// Source: node's SetIsolateCreateParams (ConfigureDefaults with the constrained memory), V8's Heap::HeapSizeFromPhysicalMemory.

import { getHeapStatistics } from "node:v8";

/** The smallest heap that Node boots in comfortably, in MiB. */
const LEAST_MB = 32;
/** Limits that are nearly the same share a pool of processes. */
const STEP_MB = 8;
const HEAP_FLAG =
  /^--(max-old-space-size|max-old-space-size-percentage|max-heap-size|max-semi-space-size)(=|$)/;

/** The flag of node for it; none if V8's own limit is lower, or the program asks for a heap of its own. */
export function heapFlag(maxMemoryMb: number, nodeFlags: readonly string[]): string | undefined {
  const ownLimitMb = getHeapStatistics().heap_size_limit / 2 ** 20;
  const half = Math.max(LEAST_MB, Math.floor(maxMemoryMb / 2 / STEP_MB) * STEP_MB);
  if (half >= ownLimitMb || nodeFlags.some((flag) => HEAP_FLAG.test(flag))) return undefined;
  return `--max-heap-size=${half}`;
}
