// One process. Its aspects are in process-exec.ts, process-exit.ts, process-signals.ts, process-groups.ts and
// process-wait.ts; this file holds the state they share, and how a process sleeps and is resumed.

import type { Caller } from "@agentos/vfs";
import { SIGNALS } from "../abi/signals.ts";
import type { Image } from "../binfmt/image.ts";
import type { Task } from "../files/open-file.ts";
import { monotonicMs } from "../host-clock.ts";
import { takeHeapGrowth } from "../host-heap.ts";
import type { Kernel } from "../kernel.ts";
import { ProcessExit, type SignalAction } from "../program/proc.ts";
import { scheduler } from "../scheduler.ts";
import { type Wait, WaitQueue } from "../wait-queue.ts";
import { FdTable } from "./fd-table.ts";
import { Gate } from "./gate.ts";
import { isOrphaned, ProcessGroup, Session, signalGroup } from "./process-groups.ts";
import { isAccepted, sendSignal } from "./process-signals.ts";
import type { Resource, ResourceLimit } from "./resource-limits.ts";

const CPU_SIGNAL_INTERVAL_MS = 1000;

export class Process implements Task {
  readonly kernel: Kernel;
  readonly pid: number;
  /** undefined for pid 1 */
  parent: Process | undefined;
  readonly children = new Set<Process>();
  /** The pid of the process, started from outside the VM, from which this one descends, even if it was orphaned since. */
  readonly origin: number;
  group: ProcessGroup;
  /** Real user and group; `caller` holds the effective ones. */
  uid = 0;
  gid = 0;
  caller: Caller;
  fds: FdTable;
  argv: readonly string[] = [];
  env = new Map<string, string>();
  exe = "";
  niceness = 0;
  image: Image | undefined;
  /** Whether it has called exec since its fork. */
  hasExecuted = false;

  gate: Gate = Gate.open;
  /** The status of a process that has ended, encoded as in wait(2). */
  status = 0;
  /** A stop or continuation that the parent has not been told of yet. */
  news: number | undefined;
  /** Woken when a child ends, stops or continues. */
  readonly childChanged = new WaitQueue();

  /** Signals whose disposition is not the default. */
  readonly actions = new Map<number, SignalAction>();
  readonly pending = new Set<number>();
  blocked: ReadonlySet<number> = NO_SIGNALS;

  readonly startedMs = monotonicMs();
  cpuMs = 0;
  childrenCpuMs = 0;
  cpuLimitMs: number;
  /** RLIMIT_FSIZE, the soft limit. */
  fileSizeLimit = Number.POSITIVE_INFINITY;
  /** What setrlimit has changed; shared with children until one of them changes it. */
  resourceLimits: ReadonlyMap<Resource, ResourceLimit> = NO_LIMITS;
  #nextCpuSignalMs = 0;
  /** By how much the host's heap grew while this process ran: roughly what it holds. */
  #heapBytes = 0;
  /** Called with the status when the process has ended. */
  onEnd: ((status: number) => void) | undefined;
  /** For a dead process whose files are still being closed: reports its end without waiting for that. */
  reportEnd: (() => void) | undefined;

  readonly #waits = new Set<Wait>();
  /** Blocked calls that somebody else keeps track of too. */
  readonly #watched = new Map<Wait, Set<Wait>>();
  #watcher: Set<Wait> | undefined;
  /** Work that waits for the process to be continued. */
  #deferred: (() => void)[] = [];

  constructor(kernel: Kernel, pid: number, parent: Process | undefined, caller: Caller, fds?: FdTable) {
    this.kernel = kernel;
    this.pid = pid;
    this.parent = parent;
    this.origin = parent?.parent ? parent.origin : pid;
    this.caller = { ...caller, pid };
    this.fds = fds ?? new FdTable(kernel.limits.maxOpenFds, kernel.warnOfFds);
    this.cpuLimitMs = kernel.limits.cpuTimeMs;
    this.group = parent?.group ?? new ProcessGroup(pid, new Session(pid));
    this.group.add(this);
    parent?.children.add(this);
  }

  get ppid(): number {
    return this.parent?.pid ?? 0;
  }

  get pgid(): number {
    return this.group.id;
  }

  get sid(): number {
    return this.group.session.id;
  }

  get isDead(): boolean {
    return this.gate === Gate.dead;
  }

  /** Whether it is dead and its parent may know. */
  get isZombie(): boolean {
    return this.isDead && this.reportEnd === undefined;
  }

  /** What every call of a dead process throws. */
  get exit(): ProcessExit {
    return new ProcessExit(this.status);
  }

  // ── Sleeper ──────────────────────────────────────────────────────────

  get suspended(): boolean {
    return this.gate === Gate.stopped;
  }

  enter(wait: Wait): void {
    if (this.gate === Gate.dead) throw this.exit;
    this.#waits.add(wait);
    if (!this.#watcher) return;
    this.#watcher.add(wait);
    this.#watched.set(wait, this.#watcher);
  }

  leave(wait: Wait): void {
    this.#waits.delete(wait);
    if (this.#watched.size === 0) return;
    this.#watched.get(wait)?.delete(wait);
    this.#watched.delete(wait);
  }

  /** Makes a call. While the call is blocked, its wait is in `waits`, so that one thread of several can be ended. */
  watchWaits<T>(waits: Set<Wait>, run: () => T): T {
    const before = this.#watcher;
    this.#watcher = waits;
    try {
      return run();
    } finally {
      this.#watcher = before;
    }
  }

  /** Whether a call of this process is blocked. */
  get isWaiting(): boolean {
    return this.#waits.size > 0;
  }

  resume(run: () => void): void {
    if (this.gate === Gate.stopped) this.#deferred.push(run);
    else if (scheduler.isProbablyExpired()) this.kernel.runQueue.push(this.group.session, run);
    else run();
  }

  /** Ends each blocked call with `error`. */
  interruptWaits(error: unknown): void {
    for (const wait of [...this.#waits]) wait.interrupt(error);
  }

  /** Called after a stop: deferred work continues, and blocked calls are tried again. */
  releaseStopped(): void {
    const deferred = this.#deferred;
    this.#deferred = [];
    for (const run of deferred) this.resume(run);
    for (const wait of [...this.#waits]) wait.retry();
  }

  // ── scheduling ───────────────────────────────────────────────────────

  /** Lets others run, then continues; throws ProcessExit if the process has died in the meantime. */
  pause(): Promise<void> {
    return new Promise((resolve, reject) => {
      const goOn = (): void => {
        if (this.gate === Gate.dead) reject(this.exit);
        else if (this.gate === Gate.stopped) this.#deferred.push(goOn);
        else resolve();
      };
      if (this.gate === Gate.stopped) this.#deferred.push(goOn);
      else this.kernel.runQueue.push(this.group.session, goOn);
    });
  }

  /**
   * Charges the work since the last look at the clock to this process. Beyond its limit it gets SIGXCPU every second,
   * and SIGKILL a second after the VM's limit. Source: setrlimit(2).
   */
  charge(): void {
    this.chargeCpu(scheduler.takeElapsed());
  }

  /** As charge(), for CPU time used elsewhere: by the host's process in which an image runs. */
  chargeCpu(ms: number): void {
    this.cpuMs += ms;
    this.kernel.cpuBudget.charge(ms);
    if (this.cpuMs < this.cpuLimitMs || this.cpuMs < this.#nextCpuSignalMs) return;
    this.#nextCpuSignalMs = this.cpuMs + CPU_SIGNAL_INTERVAL_MS;
    const isOverdue = this.cpuMs >= this.kernel.limits.cpuTimeMs + CPU_SIGNAL_INTERVAL_MS;
    sendSignal(this, isOverdue ? SIGNALS.SIGKILL : SIGNALS.SIGXCPU);
  }

  /** Like Linux's OOM killer: ends a process that has filled much of a heap that is nearly full. */
  chargeMemory(): void {
    const { growth, nearlyFull, blameAt } = takeHeapGrowth();
    this.#heapBytes += growth;
    if (nearlyFull && this.#heapBytes > blameAt) sendSignal(this, SIGNALS.SIGKILL);
  }

  // ── Task ─────────────────────────────────────────────────────────────

  accepts(signal: number): boolean {
    return isAccepted(this, signal);
  }

  signalGroup(signal: number): void {
    signalGroup(this.group, signal);
  }

  signalSelf(signal: number): void {
    sendSignal(this, signal);
  }

  get inOrphanedGroup(): boolean {
    return isOrphaned(this.group);
  }
}

const NO_LIMITS: ReadonlyMap<Resource, ResourceLimit> = new Map();
const NO_SIGNALS: ReadonlySet<number> = new Set();
