// An idle process gives back the memory that its boot used and no longer needs: 2 MB of 13. Usually this is while it
// waits for a program; a process that is started with one is told when the program is at rest.

import type { Native, NodeInternals } from "../internals.ts";

/**
 * V8 exposes its collector only in a context created while the flag is set. That context is created for a single use,
 * and is collected too.
 */
export function takeCollector(node: NodeInternals): () => void {
  const { setFlagsFromString } = node.binding("v8") as { setFlagsFromString: Native };
  const { runInNewContext } = node.module("vm") as unknown as { runInNewContext(code: string): Native };
  const isPrograms = process.execArgv.some((flag) => /^--expose[-_]gc$/.test(flag));
  return () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc");
    if (!isPrograms) setFlagsFromString("--no-expose-gc");
    collect({ type: "major", execution: "async", flavor: "last-resort" });
  };
}
