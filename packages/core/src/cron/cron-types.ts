// Scheduled jobs, as the app sees them.

import type { AgentOs } from "../agent-os.ts";

/** The argument of a callback. */
export interface CronContext {
  /** The VM of the job. */
  vm: AgentOs;
  /** The id of the job. */
  jobId: string;
  /** When the run was due. */
  dueAt: Date;
  /** Aborted when the VM is disposed. */
  signal: AbortSignal;
}

/** What a job does. */
export type CronAction =
  /** A command line for the shell or, with `args`, a program that is run without one. */
  | {
      type: "exec";
      command: string;
      args?: readonly string[];
      cwd?: string;
      env?: Readonly<Record<string, string>>;
      timeoutMs?: number;
    }
  /** A function of the app. */
  | { type: "callback"; fn: (context: CronContext) => unknown }
  /** A prompt to an agent, in a session that is opened for it and then closed; the transcript is kept. */
  | { type: "session"; agentType: string; prompt: string; cwd?: string };

/** What to do when a run is due while another is in progress: run both, skip the new one, or let it wait. */
export type CronOverlap = "allow" | "skip" | "queue";

/** When `scheduleCron` does what. */
export interface CronJobOptions {
  /** What `cancelCronJob` takes. @default generated */
  id?: string;
  /**
   * When to run: a cron expression of 5 fields, or of 6 beginning with seconds; a nickname such as "@hourly"; or one
   * moment, as a Date or an ISO 8601 date, which is taken in `timeZone` if it has no offset.
   */
  schedule: string | Date;
  /** The time zone of an expression, or of a date without an offset: "Europe/Paris". @default "UTC", as in the VM */
  timeZone?: string;
  /** What to do. */
  action: CronAction;
  /** What to do when a run is due while another is in progress. @default "allow" */
  overlap?: CronOverlap;
}

/** A job as `listCronJobs` shows it. */
export interface CronJob {
  /** What `cancelCronJob` takes. */
  id: string;
  /** The expression, or the moment in ISO format. */
  schedule: string;
  /** The time zone of the schedule. */
  timeZone?: string;
  /** The kind of its action. */
  action: CronAction["type"];
  /** What happens when a run is due while another is in progress. */
  overlap: CronOverlap;
  /** undefined while the last run is in progress. */
  nextRun?: Date;
  /** When the last run began. */
  lastRun?: Date;
  /** How many runs have begun. */
  runs: number;
  /** Runs in progress. */
  running: number;
  /** Runs that wait for one in progress. */
  queued: number;
}

/** The outcome of a run, in short. */
export type CronResult =
  | {
      type: "exec";
      exitCode: number | null;
      signal: string | null;
      /** The last 4096 characters. */
      stdout: string;
      stderr: string;
      timedOut: boolean;
    }
  | { type: "callback"; value: unknown }
  | { type: "session"; sessionId: string; text: string };

/** Times are Dates, durations milliseconds. */
export type CronEvent = { jobId: string; time: Date } & (
  | { type: "scheduled"; nextRun: Date }
  | { type: "started"; run: number; dueAt: Date }
  | { type: "finished"; run: number; dueAt: Date; durationMs: number; result: CronResult }
  | { type: "failed"; run: number; dueAt: Date; durationMs: number; error: Error }
  /** The run was skipped because another was in progress. */
  | { type: "skipped"; dueAt: Date; reason: "overlap" | "queue-full" }
  /** Runs were due while the process or the machine slept: a single run makes up for all of them. */
  | { type: "missed"; count: number; from: Date; to: Date }
);
