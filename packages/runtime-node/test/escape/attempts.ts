import { DEEP_ATTEMPTS } from "./deep-attempts.ts";
import { PUBLIC_ATTEMPTS } from "./public-attempts.ts";
import { SQLITE_ATTEMPTS } from "./sqlite-attempts.ts";
import { WORKER_ATTEMPTS } from "./worker-attempts.ts";

/** What guests try → the script that tries it, to be preceded by the prelude of a `HostTarget`. */
export const ATTEMPTS: Readonly<Record<string, string>> = {
  ...PUBLIC_ATTEMPTS,
  ...DEEP_ATTEMPTS,
  ...SQLITE_ATTEMPTS,
  ...WORKER_ATTEMPTS,
};
