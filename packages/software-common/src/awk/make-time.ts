import { timeZone as zoneOf } from "@agentos/posix";

/** mktime("YYYY MM DD HH MM SS"): seconds since the epoch of a local time; -1 if the text is not a time. */
export function makeTime(text: string, timeZone: string | undefined): number {
  const parts = text.trim().split(/\s+/).map(Number);
  if (parts.length < 6 || parts.some(Number.isNaN)) return -1;
  const [year, month, day, hour, minute, second] = parts as [number, number, number, number, number, number];
  const utc = Date.UTC(year, month - 1, day, hour, minute, second) / 1000;
  // The offset that counts is the one at the result: first that at the guess is taken, then that at the better guess.
  const zone = zoneOf(timeZone);
  const guess = utc - zone.at(utc).seconds;
  return utc - zone.at(guess).seconds;
}
