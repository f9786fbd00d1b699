import { defineProgram, fail, type Proc, quoteName, warn } from "@agentos/kernel/program";
import { FileHeaders } from "../shared/file-headers.ts";
import { forEachInput } from "../shared/inputs.ts";
import { quote } from "../shared/quote.ts";
import { parseCount } from "../shared/size.ts";
import { copyTail, type TailAmount } from "./copy-tail.ts";
import { Follower } from "./follow.ts";
import { modernize } from "./obsolete.ts";

interface Watch {
  /** By name: reopens what replaces the file. */
  byName: boolean;
  retry: boolean;
  intervalMs: number;
  /** Ends when this process is gone. */
  pid: number | undefined;
}

async function amountOf(
  proc: Proc,
  order: readonly { name: string; value: string | true }[],
  delimiter: number,
): Promise<TailAmount | undefined> {
  let amount: TailAmount = { unit: "lines", count: 10, fromStart: false, delimiter };
  for (const { name, value } of order) {
    if ((name !== "lines" && name !== "bytes") || value === true) continue;
    const count = parseCount(value.replace(/^[-+]/, ""));
    if (typeof count === "string") {
      const reason = count === "overflow" ? ": Value too large for defined data type" : "";
      await warn(proc, `invalid number of ${name}: ${quote(proc, value)}${reason}`);
      return undefined;
    }
    amount = { unit: name, count, fromStart: value.startsWith("+"), delimiter };
  }
  return amount;
}

export default defineProgram({
  name: "tail",
  summary: "Print the last 10 lines of each FILE to standard output.",
  usage: "[OPTION]... [FILE]...",
  modernize,
  options: {
    bytes: {
      short: "c",
      long: "bytes",
      value: "[+]NUM",
      help: "output the last NUM bytes; or from byte NUM on",
    },
    follow: { short: "f", help: "output appended data as the file grows" },
    followHow: {
      long: "follow",
      value: "HOW",
      optional: true,
      help: "like -f; HOW: name or descriptor (the default)",
    },
    followName: { short: "F", help: "same as --follow=name --retry" },
    lines: {
      short: "n",
      long: "lines",
      value: "[+]NUM",
      help: "output the last NUM lines; or from line NUM on",
    },
    unchanged: { long: "max-unchanged-stats", value: "N", help: "(ignored: every check looks at the name)" },
    pid: { long: "pid", value: "PID", help: "with -f, terminate after process ID, PID dies" },
    quiet: { short: "q", long: ["quiet", "silent"], help: "never output headers giving file names" },
    retry: { long: "retry", help: "keep trying to open a file if it is inaccessible" },
    interval: {
      short: "s",
      long: "sleep-interval",
      value: "N",
      help: "with -f, sleep about N seconds between checks",
    },
    verbose: { short: "v", long: "verbose", help: "always output headers giving file names" },
    zero: { short: "z", long: "zero-terminated", help: "line delimiter is NUL, not newline" },
  },
  async run(proc, { options, operands, order }) {
    const amount = await amountOf(proc, order, options.zero ? 0 : 10);
    if (amount === undefined) return 1;
    const how = options.followHow;
    if (typeof how === "string" && how !== "name" && how !== "descriptor") {
      return fail(proc, `invalid argument ${quote(proc, how)} for ${quote(proc, "--follow")}`);
    }
    const interval = Number(options.interval ?? "1");
    if (!(interval >= 0))
      return fail(proc, `invalid number of seconds: ${quote(proc, options.interval ?? "")}`);
    const pid = options.pid === undefined ? undefined : Number(options.pid);
    if (pid !== undefined && !Number.isSafeInteger(pid))
      return fail(proc, `invalid PID: ${quote(proc, options.pid!)}`);
    const watch: Watch = {
      byName: options.followName || how === "name",
      retry: options.followName || options.retry,
      intervalMs: interval * 1000,
      pid,
    };
    const headers = new FileHeaders(proc, (operands.length > 1 || options.verbose) && !options.quiet);
    if (options.follow || options.followName || how !== undefined) {
      return new Follower(proc, headers, watch).run(operands.length === 0 ? ["-"] : operands, amount);
    }
    let status = 0;
    const failed = await forEachInput(
      proc,
      operands,
      async (fd, name) => {
        await headers.print(name);
        if (!(await copyTail(proc, fd, name, amount))) status = 1;
      },
      (name, text) => `cannot open ${quoteName(name)} for reading: ${text}`,
    );
    return failed || status;
  },
});
