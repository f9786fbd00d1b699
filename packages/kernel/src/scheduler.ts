// All VMs of one host process share its event loop, cooperatively. A slice is the time between two turns of the event
// loop that guest work may use; who wants more queues up, and each further turn resumes one entry, round-robin over the
// VMs, so that input, output, timers and other VMs come in between.

import { monotonicMs } from "./host-clock.ts";
import { onNextTurn } from "./host-turn.ts";

const SLICE_MS = 4;
/** System calls between two looks at the clock; a call costs 0.1–10 µs. */
const CALLS_PER_CHECK = 32;

/** The entries of one VM that wait for time. */
export class RunQueue {
  /** @internal */
  readonly entries: (() => void)[] = [];
  readonly #scheduler: Scheduler;
  /** Slices this VM was given from the queue. */
  slices = 0;

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  push(run: () => void): void {
    this.entries.push(run);
    this.#scheduler.enqueue(this);
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

  /** As isExpired, looking at the clock only now and then: for calls of about a microsecond. */
  isProbablyExpired(): boolean {
    if (--this.#calls > 0) return false;
    this.#calls = CALLS_PER_CHECK;
    return this.isExpired();
  }

  /** Milliseconds of work since the last question, for whoever asks: CPU time. */
  takeElapsed(): number {
    if (!this.#inSlice) this.#begin();
    const now = monotonicMs();
    const elapsed = now - this.#mark;
    this.#mark = now;
    return elapsed;
  }

  /** @internal */
  enqueue(queue: RunQueue): void {
    if (queue.entries.length === 1) this.#waiting.push(queue);
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
    const queue = this.#waiting.shift();
    if (!queue) return;
    const run = queue.entries.shift()!;
    if (queue.entries.length > 0) this.#waiting.push(queue);
    queue.slices++;
    this.#begin();
    run();
  }
}

/** The one scheduler of this host process. */
export const scheduler = new Scheduler();
