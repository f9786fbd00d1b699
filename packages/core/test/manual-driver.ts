import type { ScheduleDriver } from "@agentos/core";

/** A clock that stands until a test moves it. */
export class ManualDriver implements ScheduleDriver {
  #now: number;
  readonly #alarms = new Set<{ time: number; wake: () => void }>();

  constructor(now: string) {
    this.#now = Date.parse(now);
  }

  get alarms(): number {
    return this.#alarms.size;
  }

  now(): number {
    return this.#now;
  }

  wakeAt(time: number, wake: () => void): () => void {
    const alarm = { time, wake };
    this.#alarms.add(alarm);
    return () => this.#alarms.delete(alarm);
  }

  /** Every alarm on the way rings at its time. */
  advanceTo(time: string): void {
    const end = Date.parse(time);
    for (let next = this.#first(end); next !== undefined; next = this.#first(end)) {
      this.#now = Math.max(this.#now, next.time);
      this.#alarms.delete(next);
      next.wake();
    }
    this.#now = end;
  }

  /** The clock moves, and nobody notices before the end. */
  sleepUntil(time: string): void {
    this.#now = Date.parse(time);
    this.advanceTo(time);
  }

  #first(end: number) {
    return [...this.#alarms].filter(({ time }) => time <= end).sort((a, b) => a.time - b.time)[0];
  }
}
