// What wakes the cron of a VM: clock and alarm together, exchangeable for tests and for apps with schedulers of their
// own.

/** Keeps time for scheduled jobs. */
export interface ScheduleDriver {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls `wake` once, at `time` (milliseconds since the epoch) or later. @returns a function that cancels this */
  wakeAt(time: number, wake: () => void): () => void;
}

/** setTimeout() overflows with longer delays; also, a change of the system clock is noticed within this time. */
const LONGEST_DELAY_MS = 60_000;

/**
 * Timers of this process. As with setInterval(), they keep the process alive until the job or its VM is gone; with
 * `unref` they do not. Long delays are cut into pieces, so that a changed clock, or a machine that slept, is noticed.
 */
export function timerDriver({ unref = false }: { unref?: boolean } = {}): ScheduleDriver {
  return {
    now: () => Date.now(),
    wakeAt(time, wake) {
      let timer: NodeJS.Timeout;
      const wait = () => {
        const left = time - Date.now();
        if (left <= 0) return wake();
        timer = setTimeout(wait, Math.min(left, LONGEST_DELAY_MS));
        if (unref) timer.unref();
      };
      timer = setTimeout(wait, Math.min(Math.max(time - Date.now(), 0), LONGEST_DELAY_MS));
      if (unref) timer.unref();
      return () => clearTimeout(timer);
    },
  };
}
