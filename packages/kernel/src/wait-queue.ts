// The only place that blocks and wakes. A blocked call is a Wait: at each wake-up of its queues it is tried again,
// until it has an answer; it ends early if its sleeper is interrupted or dies. There is no await between a failed
// attempt and joining the queue, so that no wake-up is lost.

/** The owner of a blocked call: a process, or the host. */
export interface Sleeper {
  /** A stopped sleeper takes nothing from a queue until it goes on. */
  readonly suspended: boolean;
  /** Registers a wait, so that a signal or death can end it. @throws EINTR, ProcessExit if there is a reason already */
  enter(wait: Wait): void;
  leave(wait: Wait): void;
  /** Returns control to the sleeper's code: at once, or when the scheduler has time for it. */
  resume(run: () => void): void;
}

/** One blocked call, as its sleeper sees it. */
export interface Wait {
  /** Tries again, after the sleeper was suspended or has slept long enough. */
  retry(): void;
  /** Ends the wait with an error: EINTR because of a signal, or the ProcessExit of a dying process. */
  interrupt(error: unknown): void;
}

/** Waits that a change of one object may satisfy. */
export class WaitQueue {
  #waits: Wait[] = [];
  #listeners: Set<() => void> | undefined;

  /** Lets each wait try again, oldest first. */
  wake(): void {
    const waits = this.#waits;
    if (waits.length > 0) {
      if (waits.length === 1) waits[0]!.retry();
      else for (const wait of [...waits]) wait.retry();
    }
    if (this.#listeners) for (const listener of [...this.#listeners]) listener();
  }

  get isEmpty(): boolean {
    return this.#waits.length === 0 && !this.#listeners?.size;
  }

  /** Calls `listener` at each wake-up, without a blocked call. @returns a function that stops this */
  listen(listener: () => void): () => void {
    const listeners = (this.#listeners ??= new Set());
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  /** @internal */
  join(wait: Wait): void {
    this.#waits.push(wait);
  }

  /** @internal */
  part(wait: Wait): void {
    const at = this.#waits.indexOf(wait);
    if (at === 0) this.#waits.shift();
    else if (at > 0) this.#waits.splice(at, 1);
  }
}

class PendingWait<T> implements Wait {
  readonly #queues: readonly WaitQueue[];
  readonly #sleeper: Sleeper;
  readonly #attempt: () => T | undefined;
  readonly #resolve: (value: T) => void;
  readonly #reject: (error: unknown) => void;
  #done = false;
  #trying = false;
  #again = false;

  constructor(
    queues: readonly WaitQueue[],
    sleeper: Sleeper,
    attempt: () => T | undefined,
    resolve: (value: T) => void,
    reject: (error: unknown) => void,
  ) {
    this.#queues = queues;
    this.#sleeper = sleeper;
    this.#attempt = attempt;
    this.#resolve = resolve;
    this.#reject = reject;
    sleeper.enter(this);
    for (const queue of queues) queue.join(this);
  }

  retry(): void {
    this.#again = true;
    // An attempt may indirectly wake its own queue. It is then repeated, never nested.
    if (this.#done || this.#trying || this.#sleeper.suspended) return;
    let value: T | undefined;
    this.#trying = true;
    try {
      do {
        this.#again = false;
        value = this.#attempt();
      } while (value === undefined && this.#again && !this.#done);
    } catch (error) {
      this.interrupt(error);
      return;
    } finally {
      this.#trying = false;
    }
    if (value === undefined || this.#done) return;
    this.#end();
    const answer = value;
    this.#sleeper.resume(() => this.#resolve(answer));
  }

  interrupt(error: unknown): void {
    if (this.#done) return;
    this.#end();
    this.#sleeper.resume(() => this.#reject(error));
  }

  #end(): void {
    this.#done = true;
    for (const queue of this.#queues) queue.part(this);
    this.#sleeper.leave(this);
  }
}

/**
 * Blocks until `attempt` has an answer. It is called at each wake-up of any of the queues, but not at once, and
 * answers undefined for "not yet". @throws EINTR a signal was handled · ProcessExit the process died · whatever
 * `attempt` throws
 */
export function waitUntil<T>(
  queues: WaitQueue | readonly WaitQueue[],
  sleeper: Sleeper,
  attempt: () => T | undefined,
): Promise<T> {
  return new Promise((resolve, reject) => {
    new PendingWait(queues instanceof WaitQueue ? [queues] : queues, sleeper, attempt, resolve, reject);
  });
}

/** Calls `attempt` at once and, if it has no answer, waits for one. */
export function nowOrLater<T>(
  queues: WaitQueue | readonly WaitQueue[],
  sleeper: Sleeper,
  attempt: () => T | undefined,
): T | Promise<T> {
  const value = attempt();
  return value === undefined ? waitUntil(queues, sleeper, attempt) : value;
}
