import { latin1ToOsString, type Proc, stderr } from "@agentos/kernel/program";
import { shownName } from "../shared/quote.ts";
import type { SortSettings } from "./settings.ts";
import { SortedLines } from "./sorted-lines.ts";

/** -c and -C: 0 if the lines are in order (and, with -u, all different), else 1. */
export async function checkOrder(proc: Proc, name: string, settings: SortSettings): Promise<number> {
  const lines = new SortedLines(settings);
  await lines.read(proc, name);
  const compare = lines.compareFully();
  for (let i = 1; i < lines.count; i++) {
    const difference = compare(i - 1, i);
    if (difference > 0 || (settings.unique && difference === 0)) {
      if (settings.check === "report") {
        const text = latin1ToOsString(lines.line(i));
        await stderr(proc).write(`${proc.argv[0]}: ${shownName(name)}:${i + 1}: disorder: ${text}\n`);
      }
      return 1;
    }
    if (i % 1024 === 0) {
      const pause = proc.yield();
      if (pause) await pause;
    }
  }
  return 0;
}
