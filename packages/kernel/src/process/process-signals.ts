// Source: signal(7), POSIX.1-2024 XSH 2.4. A handler runs at once, inside the call that sends the signal.

import { sysError } from "@agentos/vfs/abi";
import { defaultAction, SIGNALS, SIGRTMAX } from "../abi/signals.ts";
import { CONTINUED_STATUS, signalStatus, stopStatus } from "../abi/wait.ts";
import type { SignalAction } from "../program/proc.ts";
import { Gate } from "./gate.ts";
import type { Process } from "./process.ts";
import { endProcess, failProcess } from "./process-exit.ts";
import { isOrphaned } from "./process-groups.ts";

const { SIGKILL, SIGSTOP, SIGCONT, SIGCHLD, SIGTSTP, SIGTTIN, SIGTTOU } = SIGNALS;
const STOPS: readonly number[] = [SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU];

const isUncatchable = (signal: number): boolean => signal === SIGKILL || signal === SIGSTOP;

export const isSignal = (signal: number): boolean =>
  Number.isInteger(signal) && signal >= 1 && signal <= SIGRTMAX;

function isIgnored(p: Process, signal: number): boolean {
  const action = p.actions.get(signal) ?? "default";
  return action === "ignore" || (action === "default" && defaultAction(signal) === "ignore");
}

/** Whether the process neither ignores nor blocks the signal. */
export function isAccepted(p: Process, signal: number): boolean {
  return !p.blocked.has(signal) && p.actions.get(signal) !== "ignore";
}

/** Sends a signal without a permission check. */
export function sendSignal(p: Process, signal: number): void {
  if (p.gate === Gate.dead && signal === SIGKILL) p.reportEnd?.();
  if (p.gate === Gate.dead || p.parent === undefined) return;
  if (signal === SIGCONT || signal === SIGKILL) {
    for (const stop of STOPS) p.pending.delete(stop);
    if (p.gate === Gate.stopped) continueProcess(p, signal);
  } else if (STOPS.includes(signal)) p.pending.delete(SIGCONT);

  if (!isUncatchable(signal)) {
    if (p.blocked.has(signal)) {
      p.pending.add(signal);
      return;
    }
    if (isIgnored(p, signal)) return;
    if (p.gate === Gate.stopped) {
      p.pending.add(signal);
      return;
    }
  }
  deliver(p, signal);
}

function deliver(p: Process, signal: number): void {
  const action = isUncatchable(signal) ? "default" : (p.actions.get(signal) ?? "default");
  if (action === "ignore") return;
  if (action === "default") actByDefault(p, signal);
  else handle(p, signal, action);
}

function actByDefault(p: Process, signal: number): void {
  const action = defaultAction(signal);
  if (action === "terminate" || action === "core") endProcess(p, signalStatus(signal));
  else if (action === "stop" && (signal === SIGSTOP || !isOrphaned(p.group))) stopProcess(p, signal);
}

function handle(p: Process, signal: number, action: Exclude<SignalAction, string>): void {
  try {
    action.handler(signal);
  } catch (error) {
    failProcess(p, error);
    return;
  }
  if (!action.restart) p.interruptWaits(sysError("EINTR"));
}

/** Delivers pending signals that are no longer blocked. */
function deliverPending(p: Process): void {
  for (const signal of [...p.pending]) {
    if (p.gate !== Gate.open) return;
    if (p.blocked.has(signal) || !p.pending.delete(signal)) continue;
    if (!isIgnored(p, signal)) deliver(p, signal);
  }
}

function stopProcess(p: Process, signal: number): void {
  if (p.gate !== Gate.open) return;
  p.gate = Gate.stopped;
  p.image?.stop?.();
  tellParent(p, stopStatus(signal));
}

function continueProcess(p: Process, signal: number): void {
  p.gate = Gate.open;
  p.image?.continue?.();
  if (signal === SIGCONT) tellParent(p, CONTINUED_STATUS);
  p.releaseStopped();
  if (signal === SIGCONT) deliverPending(p);
}

/** Records a change of state for the parent's wait() and sends it SIGCHLD. */
function tellParent(p: Process, status: number): void {
  p.news = status;
  const { parent } = p;
  if (!parent) return;
  sendSignal(parent, SIGCHLD);
  parent.childChanged.wake();
}

/** sigaction(2). @throws EINVAL not a signal, or one that cannot be caught */
export function setAction(p: Process, signal: number, action: SignalAction): SignalAction {
  if (!isSignal(signal) || (isUncatchable(signal) && action !== "default")) throw sysError("EINVAL");
  const old = p.actions.get(signal) ?? "default";
  if (action === "default") p.actions.delete(signal);
  else p.actions.set(signal, action);
  if (isIgnored(p, signal)) p.pending.delete(signal);
  return old;
}

/** sigprocmask(2). SIGKILL and SIGSTOP cannot be blocked. */
export function setBlocked(p: Process, blocked: ReadonlySet<number>): ReadonlySet<number> {
  const old = p.blocked;
  const next = new Set(blocked);
  next.delete(SIGKILL);
  next.delete(SIGSTOP);
  p.blocked = next;
  deliverPending(p);
  return old;
}

/** Whether `sender` may send `target` the signal. Source: kill(2). */
export function maySignal(sender: Process, target: Process, signal: number): boolean {
  const uid = sender.caller.uid;
  if (uid === 0 || uid === target.uid || uid === target.caller.uid) return true;
  if (sender.uid === target.uid || sender.uid === target.caller.uid) return true;
  return signal === SIGCONT && sender.group.session === target.group.session;
}
