// What guest processes use, as the host's kernel counts it. Linux only; elsewhere nothing is counted.
// Source: proc_pid_stat(5).

import { readFile } from "node:fs/promises";

export interface Usage {
  /** CPU milliseconds since the last report. */
  cpuMs: number;
  residentBytes: number;
}

const INTERVAL_MS = 100;
/** Linux: sysconf(_SC_CLK_TCK) and the page size wherever Node runs. */
const MS_PER_TICK = 10;
const PAGE_SIZE = 4096;
/** Fields of /proc/<pid>/stat, counted behind the command's closing parenthesis. */
const UTIME = 11;
const STIME = 12;
const RSS = 21;

interface Watched {
  pid: () => number | undefined;
  report: (usage: Usage) => void;
  cpuMs: number;
}

class UsageWatch {
  readonly #watched = new Set<Watched>();
  #timer: NodeJS.Timeout | undefined;

  /** Tells of a process's use, from when it has an id until the returned function is called. */
  watch(pid: () => number | undefined, report: (usage: Usage) => void): () => void {
    if (process.platform !== "linux") return () => {};
    const watched: Watched = { pid, report, cpuMs: 0 };
    this.#watched.add(watched);
    this.#timer ??= setInterval(() => void this.#sample(), INTERVAL_MS).unref();
    return () => {
      this.#watched.delete(watched);
      if (this.#watched.size > 0) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
    };
  }

  async #sample(): Promise<void> {
    for (const watched of this.#watched) {
      const stat = await readFile(`/proc/${watched.pid()}/stat`, "latin1").catch(() => undefined);
      if (stat === undefined || !this.#watched.has(watched)) continue;
      const fields = stat
        .slice(stat.lastIndexOf(")") + 2)
        .split(" ")
        .map(Number);
      const cpuMs = (fields[UTIME]! + fields[STIME]!) * MS_PER_TICK;
      const used = cpuMs - watched.cpuMs;
      watched.cpuMs = cpuMs;
      watched.report({ cpuMs: used, residentBytes: fields[RSS]! * PAGE_SIZE });
    }
  }
}

export const usageWatch = new UsageWatch();
