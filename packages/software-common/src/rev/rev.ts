import { defineProgram, latin1ToOsString, osStringToLatin1 } from "@agentos/kernel/program";
import { forEachInput } from "../shared/inputs.ts";
import { filterLines } from "../shared/line-filter.ts";

const reversed = (line: string): string => osStringToLatin1([...latin1ToOsString(line)].reverse().join(""));

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
        (line, terminated) => reversed(line) + (terminated ? end : ""),
        end.charCodeAt(0),
      ),
    );
  },
});
