// The end of a process: what it held is released at once, whether or not its program has noticed. A zombie keeps the
// status until the parent asks for it.

import { encode, isSysError } from "@agentos/vfs/abi";
import { SIGNALS } from "../abi/signals.ts";
import { exited, exitStatus } from "../abi/wait.ts";
import { ProcessExit } from "../program/proc.ts";
import { Gate } from "./gate.ts";
import type { Process } from "./process.ts";
import { groupsHeldBy, hangUpOrphans, leaveGroup, releaseTerminal } from "./process-groups.ts";
import { sendSignal } from "./process-signals.ts";

/** EX_SOFTWARE of sysexits.h: the status of a Program that threw something unexpected. */
const PROGRAM_FAILURE = 70;

/** Ends a process. The status is encoded as in wait(2). */
export function endProcess(p: Process, status: number): void {
  if (p.gate === Gate.dead) return;
  p.charge();
  p.status = status;
  p.gate = Gate.dead;
  const held = groupsHeldBy(p);
  const closing = p.fds.closeAll();
  p.interruptWaits(new ProcessExit(status));
  p.releaseStopped();
  releaseTerminal(p);
  adoptChildren(p);
  hangUpOrphans(held);
  p.image?.kill?.();
  if (closing instanceof Promise && exited(status)) reportEndAfter(p, closing);
  else reportEnd(p);
}

function reportEnd(p: Process): void {
  p.onEnd?.(p.status);
  notifyParent(p);
}

/**
 * As on Linux, exit closes files first: when others hear of the end, all data is stored. SIGKILL does not wait for that.
 */
function reportEndAfter(p: Process, closing: Promise<void>): void {
  p.reportEnd = () => {
    p.reportEnd = undefined;
    reportEnd(p);
  };
  void closing.then(() => p.reportEnd?.());
}

function adoptChildren(p: Process): void {
  const { init } = p.kernel;
  for (const child of p.children) {
    child.parent = init;
    if (child.isZombie) forget(child);
    else init.children.add(child);
  }
  p.children.clear();
}

function notifyParent(p: Process): void {
  const { parent } = p;
  if (!parent) return;
  const reaped = parent.parent === undefined || parent.actions.get(SIGNALS.SIGCHLD) === "ignore";
  if (reaped) reap(p);
  sendSignal(parent, SIGNALS.SIGCHLD);
  parent.childChanged.wake();
}

/** Removes a zombie from the process table and adds its times to the parent's. */
export function reap(p: Process): void {
  if (p.parent) p.parent.childrenCpuMs += p.cpuMs + p.childrenCpuMs;
  forget(p);
}

function forget(p: Process): void {
  p.parent?.children.delete(p);
  leaveGroup(p);
  const { processes, quotas } = p.kernel;
  if (processes.delete(p.pid)) quotas.processes.give();
}

/** Ends a process whose program threw: with the status it asked for, or with a message if it failed. */
export function failProcess(p: Process, error: unknown): void {
  if (p.gate === Gate.dead) return;
  if (error instanceof ProcessExit) endProcess(p, error.status);
  else {
    complain(p, error);
    endProcess(p, exitStatus(PROGRAM_FAILURE));
  }
}

function complain(p: Process, error: unknown): void {
  const text = isSysError(error) ? error.message : `internal error: ${String(error)}`;
  p.kernel.onProgramFailure?.(p, error);
  if (!p.fds.has(2)) return;
  try {
    const written = p.fds.get(2).write?.(encode(`${p.argv[0] ?? "?"}: ${text}\n`), p);
    if (written instanceof Promise) written.catch(() => {});
  } catch (failure) {
    if (!isSysError(failure)) throw failure;
  }
}
