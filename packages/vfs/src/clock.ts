let lastMs = 0;
let lastNs = 0n;

/**
 * The time of day in nanoseconds, strictly increasing, so that of two changes the later one has the later time (make
 * and `test -nt` rely on this). The host's clock gives the milliseconds, a counter the rest.
 */
export function now(): bigint {
  const ms = Date.now();
  if (ms > lastMs) {
    lastMs = ms;
    const ns = BigInt(ms) * 1_000_000n;
    lastNs = ns > lastNs ? ns : lastNs + 1n;
  } else {
    lastNs += 1n;
  }
  return lastNs;
}
