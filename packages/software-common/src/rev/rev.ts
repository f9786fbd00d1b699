import { defineProgram, latin1ToOsString, osStringToLatin1 } from "@agentos/kernel/program";
import { forEachInput } from "../shared/inputs.ts";
import { filterLines } from "../shared/line-filter.ts";

const reversed = (line: string): string => osStringToLatin1([...latin1ToOsString(line)].reverse().join(""));

/** A NUL ends a line for util-linux's rev, its newline included. */
function reversedLine(line: string, end: string): string {
  const nul = line.indexOf("\0");
  return nul < 0 ? reversed(line) + end : reversed(line.slice(0, nul));
}

export default defineProgram({
  name: "rev",
  summary: "Reverse lines characterwise.",
  usage: "[OPTION]... [FILE]...",
  options: { zero: { short: "0", long: "zero", help: "use the byte NUL as line separator" } },
  run(proc, { options, operands }) {
    const end = options.zero ? "\0" : "\n";
    return forEachInput(proc, operands, (fd) =>
      filterLines(
        proc,
        fd,
        (line, terminated) => reversedLine(line, terminated ? end : ""),
        end.charCodeAt(0),
      ),
    );
  },
});
