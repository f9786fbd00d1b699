import { defineProgram, stdout, UsageError } from "@agentos/kernel/program";
import { quote } from "../shared/quote.ts";

const FIELDS = [
  "sysname",
  "nodename",
  "release",
  "version",
  "machine",
  "processor",
  "platform",
  "system",
] as const;

export default defineProgram({
  name: "uname",
  summary: "Print certain system information.",
  usage: "[OPTION]...",
  options: {
    all: { short: "a", long: "all", help: "print all information, except omit -p and -i if unknown" },
    sysname: { short: "s", long: ["kernel-name", "sysname"], help: "print the kernel name" },
    nodename: { short: "n", long: "nodename", help: "print the network node hostname" },
    release: { short: "r", long: ["kernel-release", "release"], help: "print the kernel release" },
    kernelVersion: { short: "v", long: "kernel-version", help: "print the kernel version" },
    machine: { short: "m", long: "machine", help: "print the machine hardware name" },
    processor: { short: "p", long: "processor", help: "print the processor type (non-portable)" },
    platform: { short: "i", long: "hardware-platform", help: "print the hardware platform (non-portable)" },
    system: { short: "o", long: "operating-system", help: "print the operating system" },
  },
  async run(proc, { options, operands }) {
    if (operands.length > 0) throw new UsageError(`extra operand ${quote(proc, operands[0]!)}`);
    const values = { ...proc.uname(), processor: "unknown", platform: "unknown", system: "GNU/Linux" };
    const asked: Record<(typeof FIELDS)[number], boolean> = { ...options, version: options.kernelVersion };
    const none = !options.all && !FIELDS.some((field) => asked[field]);
    const shown = FIELDS.filter((field) => {
      if (options.all) return values[field] !== "unknown" || asked[field];
      return none ? field === "sysname" : asked[field];
    });
    await stdout(proc).write(`${shown.map((field) => values[field]).join(" ")}\n`);
    return 0;
  },
});
