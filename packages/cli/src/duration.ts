import { UsageError } from "./usage-error.ts";

const UNITS = { "": 1000, ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

/** "10", "1.5s", "500ms", "2m" → milliseconds; undefined if the text is not a duration. */
export function parseDuration(text: string): number | undefined {
  const [, number, unit] = /^(\d+(?:\.\d+)?|\.\d+)(ms|s|m|h|)$/.exec(text) ?? [];
  if (number === undefined) return undefined;
  const ms = Number(number) * UNITS[unit as keyof typeof UNITS];
  return ms > 0 ? ms : undefined;
}

/** The value of --timeout. @throws UsageError */
export function parseTimeout(command: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const ms = parseDuration(text);
  if (ms === undefined) throw new UsageError(`--timeout wants a time such as 10s or 500ms: ${text}`, command);
  return ms;
}
