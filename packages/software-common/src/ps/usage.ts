import type { Proc, ProcessInfo } from "@agentos/kernel/program";
import { readTextFile } from "../shared/text-file.ts";
import type { Usage } from "./columns.ts";

const PAGE_KB = 4;
/** The places of what is wanted among the fields after the command's name. Source: proc_pid_stat(5). */
const PRIORITY = 15;
const NICE = 16;
const THREADS = 17;
const VIRTUAL = 20;
const RESIDENT = 21;

export async function usageOf(proc: Proc, processes: readonly ProcessInfo[]): Promise<Usage[]> {
  const memory = (await readTextFile(proc, "/proc/meminfo")) ?? "";
  const total = Number(/^MemTotal:\s+(\d+)/m.exec(memory)?.[1] ?? Number.POSITIVE_INFINITY);
  const usages: Usage[] = [];
  for (const { pid } of processes) {
    const stat = (await readTextFile(proc, `/proc/${pid}/stat`)) ?? "";
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const field = (place: number): number => Number(fields[place] ?? 0);
    const resident = field(RESIDENT) * PAGE_KB;
    usages.push({
      priority: field(PRIORITY),
      nice: field(NICE),
      threads: field(THREADS),
      virtual: field(VIRTUAL) / 1024,
      resident,
      share: resident / total,
    });
  }
  return usages;
}
