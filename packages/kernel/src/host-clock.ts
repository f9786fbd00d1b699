// The host's clocks and timers. Nothing else in the kernel reads them.

/** Milliseconds on a clock that never jumps. */
export const monotonicMs = (): number => performance.now();

/** A larger difference means that the wall clock was set, or that the host slept. */
const LARGEST_DRIFT_MS = 5;
/** What is added to the monotonic clock to get the time of day. */
let originMs = performance.timeOrigin;

/**
 * Nanoseconds since the epoch: to the microsecond by the monotonic clock, corrected when it disagrees with the wall
 * clock.
 */
export function epochNs(): bigint {
  const elapsed = performance.now();
  const drift = Date.now() - (originMs + elapsed);
  if (Math.abs(drift) > LARGEST_DRIFT_MS) originMs += drift;
  return BigInt(Math.round((originMs + elapsed) * 1000)) * 1000n;
}

/** Milliseconds since the epoch. */
export const epochMs = (): number => Date.now();

const LONGEST_TIMER = 2 ** 31 - 1;

/** Calls `run` once after `ms` milliseconds. @returns a function that cancels the timer */
export function startTimer(ms: number, run: () => void): () => void {
  let timer = setTimeout(fire, Math.min(ms, LONGEST_TIMER));
  let left = ms - LONGEST_TIMER;
  function fire(): void {
    if (left <= 0) run();
    else {
      timer = setTimeout(fire, Math.min(left, LONGEST_TIMER));
      left -= LONGEST_TIMER;
    }
  }
  return () => clearTimeout(timer);
}
