// The host's clocks and timers; the only place that knows them.

/** Milliseconds on a clock that never jumps. */
export const monotonicMs = (): number => performance.now();

/** Above this the wall clock has been set, or the host has slept. */
const LARGEST_DRIFT_MS = 5;
/** What to add to the monotonic clock for the time of day. */
let originMs = performance.timeOrigin;

/** Nanoseconds since the epoch: microseconds of the monotonic clock, as long as it agrees with the wall clock. */
export function epochNs(): bigint {
  const elapsed = performance.now();
  const drift = Date.now() - (originMs + elapsed);
  if (Math.abs(drift) > LARGEST_DRIFT_MS) originMs += drift;
  return BigInt(Math.round((originMs + elapsed) * 1000)) * 1000n;
}

/** Milliseconds since the epoch. */
export const epochMs = (): number => Date.now();

const LONGEST_TIMER = 2 ** 31 - 1;

/** Calls `run` once after `ms` milliseconds. @returns cancels it */
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
