import { defineProgram, fail, stdout } from "@agentos/kernel/program";
import { quote } from "../shared/quote.ts";
import { parseCount } from "../shared/size.ts";
import { readTextFile } from "../shared/text-file.ts";

export default defineProgram({
  name: "nproc",
  summary: "Print the number of processing units available to the current process.",
  usage: "[OPTION]...",
  options: {
    all: { long: "all", help: "print the number of installed processors" },
    ignore: { long: "ignore", value: "N", help: "if possible, exclude N processing units" },
  },
  async run(proc, { options }) {
    const ignored = parseCount(options.ignore ?? "0", "");
    if (typeof ignored === "string") return fail(proc, `invalid number: ${quote(proc, options.ignore!)}`);
    const info = (await readTextFile(proc, "/proc/cpuinfo")) ?? "";
    const count = info.split("\n").filter((line) => line.startsWith("processor")).length;
    await stdout(proc).write(`${Math.max(1, count - ignored)}\n`);
    return 0;
  },
});
