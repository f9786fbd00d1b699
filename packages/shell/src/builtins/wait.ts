// wait. Source: POSIX XCU wait; bash(1).

import { isSysError, SIGNALS, signalStatus } from "@agentos/kernel/abi";
import type { WaitResult } from "@agentos/kernel/program";
import { type Co, wait as waitFor } from "../co.ts";
import { exitStatusOf, type Job } from "../run/jobs.ts";
import { reapChildren, reportDeath } from "../run/wait.ts";
import type { Shell } from "../shell.ts";
import type { Builtin } from "./builtin.ts";
import { parseOptions } from "./options.ts";

/** A signal with a trap ends the wait, with status 128 + its number. */
type Interrupted = { interruptedBy: number };

function* runWait(shell: Shell, args: string[]): Co<number> {
  const options = parseOptions(shell, "wait", args, "fnp:");
  if (typeof options === "number") return options;
  const { flags, operands, values } = options;
  const variable = values.get("p");
  if (variable !== undefined) shell.vars.unset(variable);
  if (flags.has("n")) return yield* waitNext(shell, operands, variable);
  if (operands.length === 0) return yield* waitAll(shell);
  let status = 0;
  for (const operand of operands) {
    const result = yield* waitOperand(shell, operand);
    if (typeof result === "object") return 128 + result.interruptedBy;
    status = result;
    if (variable !== undefined) shell.vars.set(variable, operand);
  }
  return status;
}

function jobOf(shell: Shell, operand: string): Job | undefined {
  if (!operand.startsWith("%")) return shell.jobs.ofPid(Number(operand));
  const job = shell.jobs.find(operand);
  return job === "ambiguous" ? undefined : job;
}

function* waitOperand(shell: Shell, operand: string): Co<number | Interrupted> {
  const job = jobOf(shell, operand);
  if (operand.startsWith("%")) {
    if (!job) return shell.fail("wait", `${operand}: no such job`, 127);
  } else if (!/^\d+$/.test(operand)) {
    return shell.fail("wait", `\`${operand}': not a pid or valid job spec`, 1);
  }
  if (!job) {
    const pid = Number(operand);
    const known = shell.jobs.ended.get(pid);
    if (known !== undefined) return exitStatusOf(known);
    const status = yield* waitPid(shell, pid);
    if (status !== undefined) return typeof status === "number" ? exitStatusOf(status) : status;
    return shell.fail("wait", `pid ${operand} is not a child of this shell`, 127);
  }
  return yield* waitJob(shell, job);
}

/** Waits until a job has ended. */
function* waitJob(shell: Shell, job: Job): Co<number | Interrupted> {
  for (const process of job.processes) {
    if (process.status !== undefined) continue;
    const status = yield* waitPid(shell, process.pid);
    if (typeof status === "object") return status;
    shell.jobs.record(process.pid, status ?? 127 << 8);
  }
  const last = job.processes[job.processes.length - 1]!;
  shell.jobs.ended.set(last.pid, last.status!);
  shell.jobs.remove(job);
  if (last.status !== signalStatus(SIGNALS.SIGTERM))
    reportDeath(shell, last.pid, last.status!, () => job.text);
  return exitStatusOf(last.status!);
}

/** The status of a child; undefined if there is none of that pid. */
function* waitPid(shell: Shell, pid: number): Co<number | Interrupted | undefined> {
  for (;;) {
    try {
      return ((yield* waitFor(shell.proc.wait(pid))) as WaitResult).status;
    } catch (error) {
      if (isSysError(error, "ECHILD")) return undefined;
      if (!isSysError(error, "EINTR")) throw error;
      const signal = shell.traps.firstPending;
      if (signal !== undefined) return { interruptedBy: signal };
    }
  }
}

function* waitAll(shell: Shell): Co<number> {
  for (;;) {
    try {
      const result = (yield* waitFor(shell.proc.wait(-1))) as WaitResult;
      shell.jobs.record(result.pid, result.status);
    } catch (error) {
      if (isSysError(error, "ECHILD")) break;
      if (!isSysError(error, "EINTR")) throw error;
      const signal = shell.traps.firstPending;
      if (signal !== undefined) return 128 + signal;
    }
  }
  for (const job of shell.jobs.all()) if (job.state === "done") shell.jobs.remove(job);
  return 0;
}

/** wait -n: the next job that ends. */
function* waitNext(shell: Shell, operands: readonly string[], variable: string | undefined): Co<number> {
  const wanted = operands.map((operand) => jobOf(shell, operand));
  const candidates = () =>
    (operands.length > 0 ? wanted : shell.jobs.all()).filter((job) => job !== undefined);
  for (const [at, job] of wanted.entries()) {
    if (!job) shell.fail("wait", `pid ${operands[at]} is not a child of this shell`);
  }
  yield* reapChildren(shell);
  for (;;) {
    const jobs = candidates();
    const done = jobs.find((job) => job.state === "done" && shell.jobs.get(job.id) === job);
    if (done) {
      const last = done.processes[done.processes.length - 1]!;
      if (variable !== undefined) shell.vars.set(variable, String(last.pid));
      shell.jobs.remove(done);
      return exitStatusOf(last.status!);
    }
    if (jobs.length === 0) return 127;
    try {
      const result = (yield* waitFor(shell.proc.wait(-1))) as WaitResult;
      shell.jobs.record(result.pid, result.status);
    } catch (error) {
      if (isSysError(error, "ECHILD")) return 127;
      if (!isSysError(error, "EINTR")) throw error;
      const signal = shell.traps.firstPending;
      if (signal !== undefined) return 128 + signal;
    }
  }
}

export const wait: Builtin = { name: "wait", run: runWait };
