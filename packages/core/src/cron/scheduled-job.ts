// One job: when it is due, and how its runs go.

import type { CronAction, CronEvent, CronJob, CronOverlap, CronResult } from "./cron-types.ts";
import type { Schedule } from "./schedule.ts";
import type { ScheduleDriver } from "./schedule-driver.ts";

/** Missed runs are counted up to this number only: a machine may sleep for months. */
const MOST_MISSED = 1000;
/** No more runs than this wait for the one in progress. */
const MOST_QUEUED = 100;

type EventOf<T extends CronEvent["type"]> = Extract<CronEvent, { type: T }>;
type EventBody = { [T in CronEvent["type"]]: Omit<EventOf<T>, "jobId" | "time"> }[CronEvent["type"]];

export interface JobParts {
  id: string;
  schedule: Schedule;
  action: CronAction;
  overlap: CronOverlap;
  driver: ScheduleDriver;
  run: (dueAt: Date) => Promise<CronResult>;
  emit: (event: CronEvent) => void;
  /** Called when no run is left to come or in progress. */
  onDone: () => void;
}

export class ScheduledJob {
  readonly #parts: JobParts;
  #next: number | undefined;
  #lastRun: Date | undefined;
  #cancelAlarm: (() => void) | undefined;
  #runs = 0;
  #running = 0;
  readonly #queue: Date[] = [];
  #cancelled = false;

  constructor(parts: JobParts) {
    this.#parts = parts;
  }

  begin(): void {
    this.#arm(this.#parts.driver.now());
    if (this.#next !== undefined) this.#emit({ type: "scheduled", nextRun: new Date(this.#next) });
  }

  describe(): CronJob {
    const { id, schedule, action, overlap } = this.#parts;
    return {
      id,
      schedule: schedule.text,
      timeZone: schedule.timeZone,
      action: action.type,
      overlap,
      nextRun: this.#next === undefined ? undefined : new Date(this.#next),
      lastRun: this.#lastRun,
      runs: this.#runs,
      running: this.#running,
      queued: this.#queue.length,
    };
  }

  /** Prevents further runs; those in progress continue. */
  cancel(): void {
    this.#cancelled = true;
    this.#next = undefined;
    this.#queue.length = 0;
    this.#cancelAlarm?.();
    this.#cancelAlarm = undefined;
  }

  #arm(after: number): void {
    const { schedule, driver } = this.#parts;
    this.#next = schedule.next(after);
    this.#cancelAlarm = this.#next === undefined ? undefined : driver.wakeAt(this.#next, () => this.#wake());
  }

  #wake(): void {
    const due = this.#next;
    if (due === undefined || this.#cancelled) return;
    const latest = this.#latestDue(due, this.#parts.driver.now());
    // A listener may have cancelled the job.
    if (this.#cancelled) return;
    this.#arm(Math.max(latest, this.#parts.driver.now()));
    this.#due(new Date(latest));
    this.#finishIfDone();
  }

  /** The latest due time that has passed; earlier ones are reported as missed. */
  #latestDue(due: number, now: number): number {
    const { schedule } = this.#parts;
    let latest = due;
    let before = due;
    let missed = 0;
    for (let next = schedule.next(due); next !== undefined && next <= now && missed < MOST_MISSED; ) {
      before = latest;
      latest = next;
      missed++;
      next = schedule.next(next);
    }
    if (missed > 0) this.#emit({ type: "missed", count: missed, from: new Date(due), to: new Date(before) });
    return latest;
  }

  #due(dueAt: Date): void {
    const { overlap } = this.#parts;
    if (this.#running === 0 || overlap === "allow") void this.#start(dueAt);
    else if (overlap === "skip") this.#emit({ type: "skipped", dueAt, reason: "overlap" });
    else if (this.#queue.length >= MOST_QUEUED) this.#emit({ type: "skipped", dueAt, reason: "queue-full" });
    else this.#queue.push(dueAt);
  }

  async #start(dueAt: Date): Promise<void> {
    const { driver } = this.#parts;
    const run = ++this.#runs;
    const start = driver.now();
    this.#running++;
    this.#lastRun = new Date(start);
    this.#emit({ type: "started", run, dueAt });
    const ending = await this.#outcome(dueAt);
    this.#running--;
    this.#emit({ ...ending, run, dueAt, durationMs: driver.now() - start });
    const waiting = this.#queue.shift();
    if (waiting !== undefined) void this.#start(waiting);
    this.#finishIfDone();
  }

  async #outcome(
    dueAt: Date,
  ): Promise<{ type: "finished"; result: CronResult } | { type: "failed"; error: Error }> {
    try {
      return { type: "finished", result: await this.#parts.run(dueAt) };
    } catch (error) {
      return {
        type: "failed",
        error: error instanceof Error ? error : new Error(String(error), { cause: error }),
      };
    }
  }

  #finishIfDone(): void {
    if (this.#cancelled) return;
    if (this.#next === undefined && this.#running === 0 && this.#queue.length === 0) this.#parts.onDone();
  }

  #emit(body: EventBody): void {
    const { id, driver, emit } = this.#parts;
    emit({ ...body, jobId: id, time: new Date(driver.now()) } as CronEvent);
  }
}
