// Scheduled jobs, as the app sees them.

import type { AgentOs } from "../agent-os.ts";

/** What a callback is given. */
export interface CronContext {
  vm: AgentOs;
  jobId: string;
  /** When the run was due. */
  dueAt: Date;
  /** Aborted when the VM is disposed. */
  signal: AbortSignal;
}

export type CronAction =
  /** A command line for the shell; with `args` a program without one. */
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
  /** A prompt to an agent, in a session that is made for it and closed at the end; its transcript stays. */
  | { type: "session"; agentType: string; prompt: string; cwd?: string };

/** If a run is due while another is in progress: both run, the new one is left out, or it waits. */
export type CronOverlap = "allow" | "skip" | "queue";

export interface CronJobOptions {
  /** @default a new one */
  id?: string;
  /**
   * A cron expression of 5 fields, or of 6 with seconds first, or a nickname such as "@hourly"; or a moment: a Date or
   * an ISO 8601 date, which is in the time zone if it says no other.
   */
  schedule: string | Date;
  /** Of an expression, or a date that says none: "Europe/Paris". @default "UTC", which is the VM's */
  timeZone?: string;
  action: CronAction;
  /** @default "allow" */
  overlap?: CronOverlap;
}

export interface CronJob {
  id: string;
  /** The expression, or the moment in ISO format. */
  schedule: string;
  timeZone?: string;
  action: CronAction["type"];
  overlap: CronOverlap;
  /** undefined: the last run is in progress. */
  nextRun?: Date;
  lastRun?: Date;
  /** Runs that have begun. */
  runs: number;
  /** Runs in progress, and waiting for one. */
  running: number;
  queued: number;
}

/** What a run came to, in short. */
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
  /** The run was left out, because of another that is in progress. */
  | { type: "skipped"; dueAt: Date; reason: "overlap" | "queue-full" }
  /** The process or the machine slept when runs were due: one run makes up for all. */
  | { type: "missed"; count: number; from: Date; to: Date }
);
