// The job table: what `jobs`, `fg`, `bg`, `wait`, `disown` and `%n` speak of. Each job is one pipeline.

import { continued, exitCodeOf, exited, signaled, stopped, termSignalOf } from "@agentos/kernel/abi";

export interface JobProcess {
  readonly pid: number;
  /** As wait(2) reports it; undefined while it runs. */
  status: number | undefined;
  readonly text: string;
}

export interface Job {
  readonly id: number;
  readonly processes: JobProcess[];
  /** 0 when it runs in the shell's own group. */
  readonly pgid: number;
  readonly text: string;
  background: boolean;
  state: "running" | "stopped" | "done";
  /** The user has been told its present state. */
  notified: boolean;
  /** `disown -h` */
  noHangup: boolean;
}

/** The exit status $? has for a status of wait(2). */
export function exitStatusOf(status: number): number {
  if (exited(status)) return exitCodeOf(status);
  if (signaled(status)) return 128 + termSignalOf(status);
  return 128 + ((status >> 8) & 0xff);
}

export class Jobs {
  readonly #jobs = new Map<number, Job>();
  /** The jobs are those of the parent: a subshell may list them until it has jobs of its own. */
  #inherited = false;
  /** Job ids; the last is %+, the one before it %-. */
  #order: number[] = [];
  /** What is to be done when a process has ended, by pid. */
  readonly whenEnded = new Map<number, () => void>();
  /** Statuses of ended children that nobody has asked for yet, by pid. */
  readonly ended = new Map<number, number>();

  constructor(from?: Jobs) {
    if (!from || from.#jobs.size === 0) return;
    for (const [id, job] of from.#jobs) this.#jobs.set(id, { ...job });
    this.#order = from.#order.slice();
    this.#inherited = true;
  }

  add(processes: JobProcess[], pgid: number, text: string, background: boolean): Job {
    if (this.#inherited) this.clear();
    let id = 1;
    for (const key of this.#jobs.keys()) id = Math.max(id, key + 1);
    const job: Job = {
      id,
      processes,
      pgid,
      text,
      background,
      state: "running",
      notified: true,
      noHangup: false,
    };
    this.#jobs.set(id, job);
    this.makeCurrent(job);
    return job;
  }

  remove(job: Job): void {
    this.#jobs.delete(job.id);
    this.#order = this.#order.filter((id) => id !== job.id);
  }

  clear(): void {
    this.#inherited = false;
    this.#jobs.clear();
    this.#order = [];
  }

  makeCurrent(job: Job): void {
    this.#order = [...this.#order.filter((id) => id !== job.id), job.id];
  }

  all(): Job[] {
    return [...this.#jobs.values()].sort((a, b) => a.id - b.id);
  }

  get(id: number): Job | undefined {
    return this.#jobs.get(id);
  }

  ofPid(pid: number): Job | undefined {
    for (const job of this.#jobs.values())
      if (job.processes.some((process) => process.pid === pid)) return job;
    return undefined;
  }

  /** %+: the last stopped job, else the last one put in the background. */
  current(): Job | undefined {
    return this.#ranked()[0];
  }

  previous(): Job | undefined {
    return this.#ranked()[1];
  }

  /** "+", "-" or " " */
  mark(job: Job): string {
    const [current, previous] = this.#ranked();
    return job === current ? "+" : job === previous ? "-" : " ";
  }

  #ranked(): Job[] {
    const newestFirst = this.#order.toReversed().map((id) => this.#jobs.get(id)!);
    return [
      ...newestFirst.filter((job) => job.state === "stopped"),
      ...newestFirst.filter((job) => job.state !== "stopped"),
    ];
  }

  /** The job of %n, %%, %+, %-, %text, %?text; "ambiguous" if several match. */
  find(spec: string): Job | "ambiguous" | undefined {
    const text = spec.startsWith("%") ? spec.slice(1) : spec;
    if (text === "" || text === "%" || text === "+") return this.current();
    if (text === "-") return this.previous() ?? this.current();
    if (/^\d+$/.test(text)) return this.#jobs.get(Number(text));
    const matching = this.all().filter((job) =>
      text.startsWith("?") ? job.text.includes(text.slice(1)) : job.text.startsWith(text),
    );
    return matching.length > 1 ? "ambiguous" : matching[0];
  }

  /** Records what wait(2) reported about a child. */
  record(pid: number, status: number): Job | undefined {
    const job = this.ofPid(pid);
    if (!job) {
      if (!stopped(status) && !continued(status)) this.ended.set(pid, status);
      return undefined;
    }
    const process = job.processes.find((candidate) => candidate.pid === pid)!;
    if (stopped(status)) {
      job.state = "stopped";
      job.notified = false;
      this.makeCurrent(job);
      process.status = undefined;
      this.stopStatus.set(job.id, status);
    } else if (continued(status)) {
      job.state = "running";
    } else {
      process.status = status;
      this.whenEnded.get(pid)?.();
      this.whenEnded.delete(pid);
      if (job.processes.every((candidate) => candidate.status !== undefined)) {
        job.state = "done";
        job.notified = false;
      }
    }
    return job;
  }

  /** By job id: the status with which it last stopped. */
  readonly stopStatus = new Map<number, number>();
}
