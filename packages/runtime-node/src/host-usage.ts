// What guest processes use, as counted by the host's kernel. Linux only; on other systems nothing is counted. Source:
// proc_pid_stat(5).

import { readFileSync } from "node:fs";

export interface Usage {
  /** CPU milliseconds since the last report. */
  cpuMs: number;
  residentBytes: number;
}

/** Linux: sysconf(_SC_CLK_TCK) and the page size wherever Node runs. */
const MS_PER_TICK = 10;
const PAGE_SIZE = 4096;
/** Indexes of fields in /proc/<pid>/stat, counted after the command's closing parenthesis. */
const UTIME = 11;
const STIME = 12;
const RSS = 21;

interface Watched {
  pid: () => number | undefined;
  report: (usage: Usage) => void;
  cpuMs: number;
}

class UsageWatch {
  readonly intervalMs: number;
  readonly #watched = new Set<Watched>();
  #timer: NodeJS.Timeout | undefined;

  constructor(intervalMs: number) {
    this.intervalMs = intervalMs;
  }

  /** Reports a process's use from now on, or from when it has a pid. @returns a function that stops this */
  watch(pid: () => number | undefined, report: (usage: Usage) => void): () => void {
    if (process.platform !== "linux") return () => {};
    // The time it took to start the process is not charged to its program.
    const watched: Watched = { pid, report, cpuMs: usageOf(pid())?.cpuMs ?? 0 };
    this.#watched.add(watched);
    this.#timer ??= setInterval(() => this.#sample(), this.intervalMs).unref();
    return () => {
      this.#watched.delete(watched);
      if (this.#watched.size > 0) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
    };
  }

  #sample(): void {
    for (const watched of [...this.#watched]) {
      const usage = usageOf(watched.pid());
      if (!usage) continue;
      const { cpuMs, residentBytes } = usage;
      const used = cpuMs - watched.cpuMs;
      watched.cpuMs = cpuMs;
      watched.report({ cpuMs: used, residentBytes });
    }
  }
}

/** What a process has used so far. The file is made by the host's kernel, so that reading it takes microseconds. */
function usageOf(pid: number | undefined): Usage | undefined {
  if (pid === undefined) return undefined;
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  } catch {
    return undefined;
  }
  const fields = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .map(Number);
  return {
    cpuMs: (fields[UTIME]! + fields[STIME]!) * MS_PER_TICK,
    residentBytes: fields[RSS]! * PAGE_SIZE,
  };
}

export const usageWatch = new UsageWatch(100);
/** For processes that may be held back for what they use: looks often enough to share evenly. */
export const closeUsageWatch = new UsageWatch(20);
