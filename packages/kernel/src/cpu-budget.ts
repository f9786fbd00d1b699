// limits.maxCpuPercent: the CPU time that the processes of a VM may use together, as a share of one core. Time fills a
// bucket and work empties it; who works on credit is held back until the debt is paid, wherever the work is done.

import { monotonicMs, startTimer } from "./host-clock.ts";

/** A VM that was idle may work that long at full speed. */
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

  /** Calls `listener` when work has to wait, and when it may go on. @returns ends it */
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
      // What was still charged meanwhile is waited for too.
      if (this.#balanceMs < 0) this.#waitForRefill();
      else this.#tell();
    });
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener(this.isSpent);
  }
}
