import type { Proc } from "@agentos/kernel/program";
import { baseName, directoryName } from "./path-names.ts";

/** Whether two paths name one directory entry: to remove one would be to lose the other. */
export async function sameEntry(proc: Proc, one: string, other: string): Promise<boolean> {
  if (baseName(one) !== baseName(other)) return false;
  const [a, b] = [await proc.statIfExists(directoryName(one)), await proc.statIfExists(directoryName(other))];
  return a !== undefined && b !== undefined && a.dev === b.dev && a.ino === b.ino;
}
