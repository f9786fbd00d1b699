// jobs, fg, bg, disown. Source: POSIX XCU; bash(1) "JOB CONTROL".

import {
  describeSignal,
  exitCodeOf,
  SIGNALS,
  signaled,
  stopSignalOf,
  termSignalOf,
} from "@agentos/kernel/abi";
import type { Co } from "../co.ts";
import { runForegroundGroup } from "../run/foreground.ts";
import { exitStatusOf, type Job } from "../run/jobs.ts";
import { reapChildren } from "../run/wait.ts";
import type { Shell } from "../shell.ts";
import type { Builtin } from "./builtin.ts";
import { parseOptions } from "./options.ts";

/** "Running", "Done", "Exit 3", "Stopped", "Terminated" … */
function stateText(shell: Shell, job: Job): string {
  if (job.state === "running") return "Running";
  if (job.state === "stopped") {
    const status = shell.jobs.stopStatus.get(job.id);
    return status === undefined ? "Stopped" : describeSignal(stopSignalOf(status));
  }
  const status = job.processes[job.processes.length - 1]!.status ?? 0;
  if (signaled(status)) return describeSignal(termSignalOf(status));
  return exitCodeOf(status) === 0 ? "Done" : `Exit ${exitCodeOf(status)}`;
}

/** "[1]+  Running                 sleep 10 &" */
export function jobLine(shell: Shell, job: Job, withPid = false): string {
  const pid = withPid ? `${job.processes[0]!.pid} ` : "";
  const background = job.state === "running" && job.background ? " &" : "";
  return `[${job.id}]${shell.jobs.mark(job)}  ${pid}${stateText(shell, job).padEnd(23)} ${job.text}${background}\n`;
}

function* runJobs(shell: Shell, args: string[]): Co<number> {
  const options = parseOptions(shell, "jobs", args, "lpnrsx");
  if (typeof options === "number") return options;
  const { flags, operands } = options;
  yield* reapChildren(shell);
  const selected = operands.length > 0 ? selectJobs(shell, "jobs", operands) : shell.jobs.all();
  let text = "";
  let status = 0;
  for (const job of selected) {
    if (!job) {
      status = 1;
      continue;
    }
    if ((flags.has("r") && job.state !== "running") || (flags.has("s") && job.state !== "stopped")) continue;
    if (flags.has("n") && job.notified) continue;
    text += flags.has("p") ? `${job.processes[0]!.pid}\n` : jobLine(shell, job, flags.has("l"));
    job.notified = true;
  }
  for (const job of shell.jobs.all()) if (job.state === "done" && job.notified) shell.jobs.remove(job);
  return (yield* shell.print("jobs", text)) || status;
}

function selectJobs(shell: Shell, name: string, specs: readonly string[]): (Job | undefined)[] {
  return specs.map((spec) => {
    const job = /^\d+$/.test(spec)
      ? (shell.jobs.get(Number(spec)) ?? shell.jobs.ofPid(Number(spec)))
      : shell.jobs.find(spec);
    if (job === "ambiguous") {
      shell.fail(name, `${spec}: ambiguous job spec`);
      return undefined;
    }
    if (!job) shell.fail(name, `${spec}: no such job`);
    return job;
  });
}

function currentJob(shell: Shell, name: string, args: readonly string[]): Job | undefined {
  if (!shell.set.monitor) {
    shell.fail(name, "no job control");
    return undefined;
  }
  if (args.length > 0) return selectJobs(shell, name, args.slice(0, 1))[0];
  const job = shell.jobs.current();
  if (!job) shell.fail(name, "current: no such job");
  return job;
}

function resume(shell: Shell, job: Job): void {
  job.state = "running";
  shell.proc.kill(-job.pgid, SIGNALS.SIGCONT);
}

function* runFg(shell: Shell, args: string[]): Co<number> {
  const job = currentJob(shell, "fg", args);
  if (!job) return 1;
  yield* shell.print("fg", `${job.text}\n`);
  shell.giveTerminal(job.pgid);
  resume(shell, job);
  shell.jobs.remove(job);
  const running = job.processes.filter((process) => process.status === undefined);
  const statuses = yield* runForegroundGroup(
    shell,
    running.map((process) => process.pid),
    running.map((process) => process.text),
    job.text,
  );
  return exitStatusOf(statuses[statuses.length - 1] ?? 0);
}

function* runBg(shell: Shell, args: string[]): Co<number> {
  const job = currentJob(shell, "bg", args);
  if (!job) return 1;
  if (job.state === "running") return shell.fail("bg", `job ${job.id} already in background`, 0);
  job.background = true;
  resume(shell, job);
  return yield* shell.print("bg", `[${job.id}]${shell.jobs.mark(job)} ${job.text} &\n`);
}

function runDisown(shell: Shell, args: string[]): number {
  const options = parseOptions(shell, "disown", args, "arh");
  if (typeof options === "number") return options;
  const { flags, operands } = options;
  const current = shell.jobs.current();
  const all = flags.has("a") || flags.has("r");
  let jobs: (Job | undefined)[] =
    operands.length > 0 ? selectJobs(shell, "disown", operands) : all ? shell.jobs.all() : [current];
  if (operands.length === 0 && !all && !current) return shell.fail("disown", "current: no such job");
  if (flags.has("r")) jobs = jobs.filter((job) => job?.state === "running");
  for (const job of jobs) {
    if (!job) continue;
    if (flags.has("h")) job.noHangup = true;
    else shell.jobs.remove(job);
  }
  return jobs.includes(undefined) ? 1 : 0;
}

export const jobs: Builtin = { name: "jobs", run: runJobs };
export const fg: Builtin = { name: "fg", run: runFg };
export const bg: Builtin = { name: "bg", run: runBg };
export const disown: Builtin = { name: "disown", run: runDisown };
