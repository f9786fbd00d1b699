import { constants } from "node:os";

/** The exit code of timeout(1). */
export const TIMED_OUT = 124;

/** The exit code for the way a guest process ended: its own, or 128 + the signal's number. */
export function exitCodeOf({ exitCode, signal }: { exitCode: number | null; signal: string | null }): number {
  if (exitCode !== null) return exitCode;
  return 128 + (constants.signals[signal as NodeJS.Signals] ?? 0);
}
