// Source: POSIX.1-2024 XBD 11.1 (sessions, process groups, the controlling terminal), 3.264 orphaned process group.

import { sysError } from "@agentos/vfs/abi";
import { SIGNALS } from "../abi/signals.ts";
import type { Terminal } from "../files/open-file.ts";
import type { Process } from "./process.ts";
import { sendSignal } from "./process-signals.ts";

export class Session {
  readonly id: number;
  terminal: Terminal | undefined;
  /** The number of processes in all its groups, zombies included. */
  size = 0;

  constructor(id: number) {
    this.id = id;
  }
}

export class ProcessGroup {
  readonly id: number;
  readonly session: Session;
  /** Zombies included: a group exists until its last member has been waited for. */
  readonly members = new Set<Process>();

  constructor(id: number, session: Session) {
    this.id = id;
    this.session = session;
  }

  add(process: Process): void {
    this.members.add(process);
    this.session.size++;
  }

  remove(process: Process): void {
    if (this.members.delete(process)) this.session.size--;
  }
}

/** Sends a signal to each member of a group. */
export function signalGroup(group: ProcessGroup, signal: number): void {
  for (const member of [...group.members]) sendSignal(member, signal);
}

/** Whether no member has a parent in another group of the same session, who could continue it. */
export function isOrphaned(group: ProcessGroup): boolean {
  for (const { parent, isDead } of group.members) {
    if (!isDead && parent && parent.group !== group && parent.group.session === group.session) return false;
  }
  return true;
}

/** Moves a process into a group. */
function joinGroup(process: Process, group: ProcessGroup): void {
  const old = process.group;
  if (old === group) return;
  leaveGroup(process);
  group.add(process);
  process.kernel.groups.set(group.id, group);
  process.group = group;
}

export function leaveGroup(process: Process): void {
  const { group, kernel } = process;
  group.remove(process);
  if (group.members.size === 0 && kernel.groups.get(group.id) === group) kernel.groups.delete(group.id);
}

/** setpgid(2). @throws ESRCH EPERM EACCES EINVAL */
export function setProcessGroup(caller: Process, pid: number, pgid: number): void {
  const target = pid === 0 ? caller : caller.kernel.processes.get(pid);
  if (!target || (target !== caller && target.parent !== caller)) throw sysError("ESRCH");
  if (pgid < 0) throw sysError("EINVAL");
  if (target !== caller && target.hasExecuted) throw sysError("EACCES");
  if (target.group.session !== caller.group.session || target.group.session.id === target.pid) {
    throw sysError("EPERM");
  }
  const id = pgid === 0 ? target.pid : pgid;
  const existing = caller.kernel.groups.get(id);
  if (existing) {
    if (existing.session !== target.group.session) throw sysError("EPERM");
    joinGroup(target, existing);
  } else if (id === target.pid) joinGroup(target, new ProcessGroup(id, target.group.session));
  else throw sysError("EPERM");
}

/** setsid(2). @throws EPERM the process leads a group */
export function startSession(process: Process): number {
  const { pid, kernel } = process;
  if (kernel.groups.has(pid)) throw sysError("EPERM");
  joinGroup(process, new ProcessGroup(pid, new Session(pid)));
  return pid;
}

/** The groups that this process may be keeping from being orphaned: its own and those of its children. */
export function groupsHeldBy(process: Process): ProcessGroup[] {
  const groups = new Set([process.group]);
  for (const child of process.children) groups.add(child.group);
  return [...groups].filter((group) => !isOrphaned(group));
}

/** When a session leader ends, its terminal becomes free and the foreground group gets SIGHUP. */
export function releaseTerminal(process: Process): void {
  const { session } = process.group;
  const { terminal } = session;
  if (session.id !== process.pid || !terminal) return;
  const foreground = process.kernel.groups.get(terminal.foreground);
  session.terminal = undefined;
  terminal.session = 0;
  terminal.foreground = 0;
  if (!foreground) return;
  signalGroup(foreground, SIGNALS.SIGHUP);
  signalGroup(foreground, SIGNALS.SIGCONT);
}

/** Sends SIGHUP and SIGCONT to groups that have just become orphaned and have a stopped member. */
export function hangUpOrphans(groups: Iterable<ProcessGroup>): void {
  for (const group of groups) {
    if (!isOrphaned(group)) continue;
    if (![...group.members].some((member) => member.suspended)) continue;
    signalGroup(group, SIGNALS.SIGHUP);
    signalGroup(group, SIGNALS.SIGCONT);
  }
}
