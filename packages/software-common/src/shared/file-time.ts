import { strftime } from "@agentos/posix";

const SECOND = 1_000_000_000n;

/** A file time in a strftime format. @param zone the value of TZ */
export function formatTime(ns: bigint, format: string, zone: string | undefined): string {
  const nanoseconds = ((ns % SECOND) + SECOND) % SECOND;
  return strftime(format, {
    seconds: Number((ns - nanoseconds) / SECOND),
    nanoseconds: Number(nanoseconds),
    ...(zone === undefined ? {} : { timeZone: zone }),
  });
}

/** "2026-11-21 14:03:07.123456789 +0000" */
export function isoTime(ns: bigint, zone: string | undefined): string {
  return formatTime(ns, "%Y-%m-%d %H:%M:%S.%N %z", zone);
}
