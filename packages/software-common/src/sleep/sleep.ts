import { defineProgram, stderr, UsageError, warn } from "@agentos/kernel/program";
import { parseDuration } from "../shared/duration.ts";
import { quote } from "../shared/quote.ts";

/** Longer waits are cut into pieces that a host timer can hold. */
const LONGEST_NAP_MS = 2 ** 31 - 1;

export default defineProgram({
  name: "sleep",
  summary: "Pause for NUMBER seconds; a SUFFIX of s, m, h or d stands for seconds, minutes, hours or days.",
  usage: "NUMBER[SUFFIX]...",
  async run(proc, { operands }) {
    if (operands.length === 0) throw new UsageError("missing operand");
    let total = 0;
    let valid = true;
    for (const text of operands) {
      const duration = parseDuration(text);
      if (duration === undefined) {
        await warn(proc, `invalid time interval ${quote(proc, text)}`);
        valid = false;
      } else total += duration;
    }
    if (!valid) {
      await stderr(proc).write(`Try '${proc.argv[0]} --help' for more information.\n`);
      return 1;
    }
    for (const end = proc.monotonicMs() + total; ; ) {
      const left = end - proc.monotonicMs();
      if (left <= 0) return 0;
      await proc.sleep(Math.min(left, LONGEST_NAP_MS));
    }
  },
});
