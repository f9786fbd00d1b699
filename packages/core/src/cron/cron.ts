// The scheduled jobs of one VM. They die with it.

import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { AgentOs } from "../agent-os.ts";
import { ConfigError, throwUncaught, VmDisposedError } from "../errors.ts";
import { parseOptions, requireFunction } from "../options-check.ts";
import { actionRunners, actionSchema, type CronRunners, requireRunnable, runAction } from "./cron-actions.ts";
import type { CronAction, CronEvent, CronJob, CronJobOptions } from "./cron-types.ts";
import { parseSchedule } from "./schedule.ts";
import { type ScheduleDriver, timerDriver } from "./schedule-driver.ts";
import { ScheduledJob } from "./scheduled-job.ts";

const jobSchema = z.strictObject({
  id: z.string().min(1).optional(),
  schedule: z.union([z.string(), z.date()], "must be a cron expression or a date"),
  timeZone: z.string().optional(),
  action: actionSchema,
  overlap: z.enum(["allow", "skip", "queue"]).optional(),
});

export class Cron {
  readonly #vm: AgentOs;
  readonly #driver: ScheduleDriver;
  readonly #runners: CronRunners;
  readonly #jobs = new Map<string, ScheduledJob>();
  readonly #listeners = new Set<(event: CronEvent) => void>();
  readonly #ending = new AbortController();

  constructor(vm: AgentOs, driver: ScheduleDriver = timerDriver()) {
    this.#vm = vm;
    this.#driver = driver;
    this.#runners = actionRunners(vm);
  }

  /** @throws ConfigError */
  schedule(options: CronJobOptions): CronJob {
    if (this.#ending.signal.aborted) throw new VmDisposedError();
    const parsed = parseOptions(jobSchema, options, "scheduleCron");
    const { id = randomUUID(), timeZone, overlap = "allow" } = parsed;
    const action = parsed.action as CronAction;
    if (this.#jobs.has(id)) {
      throw new ConfigError(
        "id",
        `scheduleCron: option \`id\`: there is a job ${JSON.stringify(id)} already`,
      );
    }
    requireRunnable(this.#vm, action);
    const schedule = parseSchedule(parsed.schedule, timeZone, this.#driver.now());
    const { signal } = this.#ending;
    const job = new ScheduledJob({
      id,
      schedule,
      action,
      overlap,
      driver: this.#driver,
      run: (dueAt) => runAction(this.#runners, action, { vm: this.#vm, jobId: id, dueAt, signal }),
      emit: (event) => this.#emit(event),
      onDone: () => this.#jobs.delete(id),
    });
    this.#jobs.set(id, job);
    job.begin();
    return job.describe();
  }

  list(): CronJob[] {
    return [...this.#jobs.values()].map((job) => job.describe());
  }

  /** @returns whether there was such a job */
  cancel(id: string): boolean {
    const job = this.#jobs.get(id);
    job?.cancel();
    return this.#jobs.delete(id);
  }

  onEvent(listener: (event: CronEvent) => void): () => void {
    requireFunction(listener, "listener", "onCronEvent");
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  dispose(): void {
    for (const job of this.#jobs.values()) job.cancel();
    this.#jobs.clear();
    this.#ending.abort(new VmDisposedError());
    this.#listeners.clear();
  }

  /** An exception of a listener is the app's: it becomes an uncaught exception. */
  #emit(event: CronEvent): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(event);
      } catch (error) {
        throwUncaught(error);
      }
    }
  }
}
