import { isDirectory } from "@agentos/kernel/abi";
import { defineProgram, type Proc, quoteName, stdout, warn } from "@agentos/kernel/program";
import { FileHeaders } from "../shared/file-headers.ts";
import { forEachInput } from "../shared/inputs.ts";
import { quote } from "../shared/quote.ts";
import { parseCount } from "../shared/size.ts";
import { allButLastBytes, allButLastLines, firstBytes, firstLines } from "./copy-head.ts";

interface Amount {
  unit: "lines" | "bytes";
  count: number;
  /** All but the last `count`. */
  fromEnd: boolean;
}

/** "-5", "-5c", "-2kv" as the first argument. Source: GNU coreutils manual, "head invocation". */
function modernize(argv: readonly string[]): readonly string[] {
  const match = /^-(\d+)([bkm]?)([clqvz]*)$/.exec(argv[1] ?? "");
  if (match === null) return argv;
  const [, count, suffix, letters = ""] = match;
  const flags = letters.replace(/[cl]/g, "");
  const unit = suffix !== "" || letters.includes("c") ? "-c" : "-n";
  const rest = [`${unit}${count}${suffix}`, ...(flags === "" ? [] : [`-${flags}`]), ...argv.slice(2)];
  return [argv[0]!, ...rest];
}

function copyHead(proc: Proc, fd: number, amount: Amount, delimiter: number): Promise<void> {
  const { unit, count, fromEnd } = amount;
  if (unit === "bytes") return fromEnd ? allButLastBytes(proc, fd, count) : firstBytes(proc, fd, count);
  return fromEnd ? allButLastLines(proc, fd, count, delimiter) : firstLines(proc, fd, count, delimiter);
}

export default defineProgram({
  name: "head",
  summary: "Print the first 10 lines of each FILE to standard output.",
  usage: "[OPTION]... [FILE]...",
  modernize,
  options: {
    bytes: { short: "c", long: "bytes", value: "[-]NUM", help: "print the first NUM bytes of each file" },
    lines: {
      short: "n",
      long: "lines",
      value: "[-]NUM",
      help: "print the first NUM lines instead of the first 10",
    },
    quiet: { short: "q", long: ["quiet", "silent"], help: "never print headers giving file names" },
    verbose: { short: "v", long: "verbose", help: "always print headers giving file names" },
    zero: { short: "z", long: "zero-terminated", help: "line delimiter is NUL, not newline" },
  },
  async run(proc, { options, operands, order }) {
    let amount: Amount = { unit: "lines", count: 10, fromEnd: false };
    for (const { name, value } of order) {
      if ((name !== "bytes" && name !== "lines") || value === true) continue;
      const fromEnd = value.startsWith("-");
      const count = parseCount(fromEnd ? value.slice(1) : value);
      if (typeof count === "string") {
        const reason = count === "overflow" ? ": Value too large for defined data type" : "";
        await warn(
          proc,
          `invalid number of ${name}: ${quote(proc, fromEnd ? value.slice(1) : value)}${reason}`,
        );
        return 1;
      }
      amount = { unit: name, count, fromEnd };
    }
    const headers = new FileHeaders(proc, (operands.length > 1 || options.verbose) && !options.quiet);
    let status = 0;
    const failed = await forEachInput(
      proc,
      operands,
      async (fd, name) => {
        await headers.print(name);
        if (isDirectory((await proc.fstat(fd)).mode)) {
          await stdout(proc).flush();
          await warn(proc, `error reading ${quoteName(name)}: Is a directory`);
          status = 1;
          return;
        }
        await copyHead(proc, fd, amount, options.zero ? 0 : 10);
      },
      (name, text) => `cannot open ${quoteName(name)} for reading: ${text}`,
    );
    return failed || status;
  },
});
