// A process that has nothing to do gives back what its boot has used and does not need any more: 2 MB of 13. Mostly that is
// while it waits for a program; one that is started with a program is told when the program rests.

import type { Native, NodeInternals } from "../internals.ts";

/**
 * V8's collector is to be had only in a context that is made while the flag is set; it is made for the one use, and goes
 * with what it collects.
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
