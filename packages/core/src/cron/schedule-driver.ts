// What wakes the cron of a VM: the clock and the alarm, in one exchangeable part.

/** Keeps time for scheduled jobs. */
export interface ScheduleDriver {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls `wake` once, at `time` (milliseconds since the epoch) or later. The function it returns takes that back. */
  wakeAt(time: number, wake: () => void): () => void;
}

/** setTimeout() takes no longer delays; and a clock that was set is noticed within this time. */
const LONGEST_DELAY_MS = 60_000;

/**
 * Timers of this process. Like setInterval() they keep the process alive, until the job or its VM is gone; with
 * `unref` they do not. A delay is cut in pieces, so that a clock that jumps, or a machine that slept, is noticed.
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
