import { getHeapStatistics } from "node:v8";

/** The part of the host's heap beyond which whoever makes it grow has to go: running out of it ends every VM. */
const FULL_AT = 0.6;
/** The part of the heap that a process must have filled to be held responsible. */
const BLAME_AT = 0.125;

let lastUsed = 0;

/** Bytes by which the host's heap has grown since the last question (negative: shrunk), and whether it is nearly full. */
export function takeHeapGrowth(): { growth: number; nearlyFull: boolean; blameAt: number } {
  const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics();
  const growth = used - lastUsed;
  lastUsed = used;
  return { growth, nearlyFull: used > limit * FULL_AT, blameAt: limit * BLAME_AT };
}
