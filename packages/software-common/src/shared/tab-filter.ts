import type { MaybePromise } from "@agentos/kernel/abi";
import { fail, type Proc } from "@agentos/kernel/program";
import { forEachInput } from "./inputs.ts";
import { filterLines } from "./line-filter.ts";
import { quote } from "./quote.ts";
import { parseTabStops, TabStopError, type TabStops } from "./tab-stops.ts";

/** Changes each line of the inputs, knowing the tab stops that all -t options together ask for. The exit status. */
export function filterByTabs(
  proc: Proc,
  lists: readonly string[],
  operands: readonly string[],
  change: (line: string, stops: TabStops) => string,
): MaybePromise<number> {
  let stops: TabStops;
  try {
    const list = lists.length === 0 ? undefined : lists.join(",");
    stops = parseTabStops(list, (text) => quote(proc, text));
  } catch (error) {
    if (error instanceof TabStopError) return fail(proc, error.message);
    throw error;
  }
  return forEachInput(proc, operands, (fd) =>
    filterLines(proc, fd, (line, terminated) => change(line, stops) + (terminated ? "\n" : "")),
  );
}
