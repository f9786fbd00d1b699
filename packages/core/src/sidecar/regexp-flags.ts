// V8's own guard against regular expressions that backtrack without end: after this many backtracks it switches to its
// linear-time engine. A second line of defence behind @agentos/posix, whose engine does not backtrack.

import { setFlagsFromString } from "node:v8";

export const REGEXP_FLAGS = [
  "--enable-experimental-regexp-engine-on-excessive-backtracks",
  "--regexp-backtracks-before-fallback=20000",
];

let guarded = false;

/** For a VM in the app's own process: guards expressions compiled from now on. */
export function guardRegExps(): void {
  if (guarded) return;
  guarded = true;
  for (const flag of REGEXP_FLAGS) setFlagsFromString(flag);
}
