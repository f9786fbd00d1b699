import type { Proc } from "@agentos/kernel/program";
import type { SortedLines } from "./sorted-lines.ts";

/** -m: takes, again and again, the least of the inputs' first lines; an earlier input wins a tie. */
export async function mergeInputs(proc: Proc, names: readonly string[], lines: SortedLines): Promise<void> {
  const runs: { at: number; end: number }[] = [];
  for (const name of names) {
    const at = lines.count;
    await lines.read(proc, name);
    if (lines.count > at) runs.push({ at, end: lines.count });
  }
  const compare = lines.compareFully();
  const order = new Uint32Array(lines.count);
  for (let out = 0; out < order.length; out++) {
    let least = runs[0]!;
    for (const run of runs) if (run !== least && compare(run.at, least.at) < 0) least = run;
    order[out] = least.at++;
    if (least.at === least.end) runs.splice(runs.indexOf(least), 1);
    if (out % 256 === 0) {
      const pause = proc.yield();
      if (pause) await pause;
    }
  }
  lines.setOrder(order);
}
