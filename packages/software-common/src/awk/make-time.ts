import { timeZone as zoneOf } from "@agentos/posix";

/** mktime("YYYY MM DD HH MM SS"): seconds since the epoch of a local time; -1 for what is no time. */
export function makeTime(text: string, timeZone: string | undefined): number {
  const parts = text.trim().split(/\s+/).map(Number);
  if (parts.length < 6 || parts.some(Number.isNaN)) return -1;
  const [year, month, day, hour, minute, second] = parts as [number, number, number, number, number, number];
  const utc = Date.UTC(year, month - 1, day, hour, minute, second) / 1000;
  // The offset in force is that of the result: take the guess's, then the better guess's.
  const zone = zoneOf(timeZone);
  const guess = utc - zone.at(utc).seconds;
  return utc - zone.at(guess).seconds;
}
