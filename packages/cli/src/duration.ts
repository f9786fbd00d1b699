const UNITS = { "": 1000, ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

/** "10", "1.5s", "500ms", "2m" → milliseconds; undefined if it is none. */
export function parseDuration(text: string): number | undefined {
  const [, number, unit] = /^(\d+(?:\.\d+)?|\.\d+)(ms|s|m|h|)$/.exec(text) ?? [];
  if (number === undefined) return undefined;
  const ms = Number(number) * UNITS[unit as keyof typeof UNITS];
  return ms > 0 ? ms : undefined;
}
