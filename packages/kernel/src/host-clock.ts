// The host's clocks and timers; the only place that knows them.

/** Milliseconds on a clock that never jumps. */
export const monotonicMs = (): number => performance.now();

/** Nanoseconds since the epoch. */
export const epochNs = (): bigint =>
  BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000)) * 1000n;

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
