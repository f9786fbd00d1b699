import { getHeapStatistics } from "node:v8";

/**
 * When more than this part of the host's heap is full, a process that makes it grow is ended: a full heap ends every VM.
 */
const FULL_AT = 0.6;
/** Only a process that has filled at least this part of the heap is held responsible. */
const BLAME_AT = 0.125;

let lastUsed = 0;

/**
 * How much the host's heap has grown since the last call, in bytes (negative if it shrank), and whether it is nearly
 * full.
 */
export function takeHeapGrowth(): { growth: number; nearlyFull: boolean; blameAt: number } {
  const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics();
  const growth = used - lastUsed;
  lastUsed = used;
  return { growth, nearlyFull: used > limit * FULL_AT, blameAt: limit * BLAME_AT };
}
