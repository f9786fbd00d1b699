// limits.maxCpuPercent: the CPU time that all processes of a VM may use together, as a share of one core. A token
// bucket:
// time fills it and work empties it; a VM in debt is held back until the debt is paid, in the kernel and in guest
// processes alike.

import { monotonicMs, startTimer } from "./host-clock.ts";

/** The most that a VM can save up: after being idle it runs at full speed for this long. */
const BURST_MS = 50;

export class CpuBudget {
  /** CPU milliseconds per millisecond. */
  readonly #share: number;
  readonly #listeners = new Set<(isSpent: boolean) => void>();
  #balanceMs: number;
  #filledAt = monotonicMs();
  #cancelRefill: (() => void) | undefined;

  /** @param percent of one core; Infinity: no limit */
  constructor(percent: number) {
    this.#share = percent / 100;
    this.#balanceMs = this.#capacityMs;
  }

  get isLimited(): boolean {
    return this.#share !== Number.POSITIVE_INFINITY;
  }

  /** Whether work has to wait. */
  get isSpent(): boolean {
    return this.#cancelRefill !== undefined;
  }

  charge(ms: number): void {
    if (!this.isLimited) return;
    this.#fill();
    this.#balanceMs -= ms;
    if (this.#balanceMs >= 0 || this.isSpent) return;
    this.#waitForRefill();
    this.#tell();
  }

  /** Calls `listener` when work must wait, and when it may go on. @returns a function that stops this */
  listen(listener: (isSpent: boolean) => void): () => void {
    this.#listeners.add(listener);
    if (this.isSpent) listener(true);
    return () => void this.#listeners.delete(listener);
  }

  dispose(): void {
    this.#cancelRefill?.();
    this.#listeners.clear();
  }

  get #capacityMs(): number {
    return BURST_MS * this.#share;
  }

  #fill(): void {
    const now = monotonicMs();
    this.#balanceMs = Math.min(this.#capacityMs, this.#balanceMs + (now - this.#filledAt) * this.#share);
    this.#filledAt = now;
  }

  #waitForRefill(): void {
    this.#cancelRefill = startTimer(Math.ceil(-this.#balanceMs / this.#share), () => {
      this.#cancelRefill = undefined;
      this.#fill();
      // Work that was charged while the timer ran has to be waited for too.
      if (this.#balanceMs < 0) this.#waitForRefill();
      else this.#tell();
    });
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener(this.isSpent);
  }
}
