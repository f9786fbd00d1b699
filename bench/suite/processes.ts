import { readFileSync } from "node:fs";

/** Proportional resident kilobytes of a process; 0 of one that has ended. */
export function proportionalKb(pid: number): number {
  try {
    return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
