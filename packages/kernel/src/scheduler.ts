// All VMs of a host process share its event loop cooperatively. A slice is the time that guest work may use between
// two turns of the event loop. Whoever needs more queues up; each further turn resumes one entry, round-robin over the
// VMs, so that input, output, timers and other VMs get their turns in between.

import type { CpuBudget } from "./cpu-budget.ts";
import { monotonicMs } from "./host-clock.ts";
import { onNextTurn } from "./host-turn.ts";

const SLICE_MS = 4;
/** How many system calls are made between two looks at the clock; a call costs 0.1–10 µs. */
const CALLS_PER_CHECK = 32;

/**
 * What waits for CPU time in one VM, in lanes that take turns. Each session has a lane, so that one with a thousand
 * processes does not keep the others waiting.
 */
export class RunQueue {
  /** In the order of their turns. */
  readonly #lanes = new Map<unknown, (() => void)[]>();
  readonly #scheduler: Scheduler;
  readonly #budget: CpuBudget | undefined;
  #length = 0;
  #isQueued = false;
  /** How many slices this VM has been given from the queue. */
  slices = 0;

  constructor(scheduler: Scheduler, budget?: CpuBudget) {
    this.#scheduler = scheduler;
    this.#budget = budget;
    budget?.listen((isSpent) => {
      if (!isSpent) this.queueUp();
    });
  }

  get length(): number {
    return this.#length;
  }

  push(lane: unknown, run: () => void): void {
    const entries = this.#lanes.get(lane);
    if (entries) entries.push(run);
    else this.#lanes.set(lane, [run]);
    if (++this.#length === 1) this.queueUp();
  }

  /** Queues the VM up, if it has entries and CPU time to spend. @internal */
  queueUp(): void {
    if (this.#length === 0 || this.#isQueued || this.#budget?.isSpent) return;
    this.#isQueued = true;
    this.#scheduler.enqueue(this);
  }

  /** Called when the VM's turn has come. @returns whether it may use it @internal */
  leaveQueue(): boolean {
    this.#isQueued = false;
    return !this.#budget?.isSpent;
  }

  /** Takes the first entry of the lane whose turn it is. @internal */
  take(): () => void {
    const [lane, entries] = this.#lanes.entries().next().value!;
    const run = entries.shift()!;
    this.#lanes.delete(lane);
    if (entries.length > 0) this.#lanes.set(lane, entries);
    this.#length--;
    this.slices++;
    return run;
  }
}

export class Scheduler {
  /** VMs with entries, the next one first. */
  readonly #waiting: RunQueue[] = [];
  #inSlice = false;
  #turnPlanned = false;
  #sliceEnd = 0;
  #mark = 0;
  #calls = CALLS_PER_CHECK;
  /** Turns of the event loop that the scheduler has seen. */
  turns = 0;

  /** Whether the slice is used up; looks at the clock. */
  isExpired(): boolean {
    if (!this.#inSlice) this.#begin();
    return monotonicMs() >= this.#sliceEnd;
  }

  /** As isExpired, but looks at the clock only now and then, for calls of about a microsecond. */
  isProbablyExpired(): boolean {
    if (--this.#calls > 0) return false;
    this.#calls = CALLS_PER_CHECK;
    return this.isExpired();
  }

  /** Milliseconds of work since the last call, to be charged as CPU time. */
  takeElapsed(): number {
    if (!this.#inSlice) this.#begin();
    const now = monotonicMs();
    const elapsed = now - this.#mark;
    this.#mark = now;
    return elapsed;
  }

  /** @internal */
  enqueue(queue: RunQueue): void {
    this.#waiting.push(queue);
    this.#planTurn();
  }

  #begin(): void {
    this.#inSlice = true;
    this.#mark = monotonicMs();
    this.#sliceEnd = this.#mark + SLICE_MS;
    this.#planTurn();
  }

  #planTurn(): void {
    if (this.#turnPlanned) return;
    this.#turnPlanned = true;
    onNextTurn(() => this.#turn());
  }

  #turn(): void {
    this.#turnPlanned = false;
    this.#inSlice = false;
    this.turns++;
    let queue = this.#waiting.shift();
    while (queue && !queue.leaveQueue()) queue = this.#waiting.shift();
    if (!queue) return;
    const run = queue.take();
    this.#begin();
    queue.queueUp();
    run();
  }
}

/** The one scheduler of this host process. */
export const scheduler = new Scheduler();
