// Medians of whole runs. A measurement is a function; what it prepares does not count.

export interface Sample {
  medianMs: number;
  minMs: number;
  runs: number;
}

/** Runs `body` a few times for warmth, then until `budgetMs` is spent (at least `least` times). */
export async function measure(
  body: () => Promise<unknown> | unknown,
  { budgetMs = 1500, least = 5, most = 200, warmUp = 2 } = {},
): Promise<Sample> {
  for (let i = 0; i < warmUp; i++) await body();
  const times: number[] = [];
  const end = performance.now() + budgetMs;
  while (times.length < least || (performance.now() < end && times.length < most)) {
    const start = performance.now();
    await body();
    times.push(performance.now() - start);
  }
  return { medianMs: median(times), minMs: Math.min(...times), runs: times.length };
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}
