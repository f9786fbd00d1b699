import { defineProgram, stdout } from "@agentos/kernel/program";
import { expandEscapes } from "@agentos/posix";

export default defineProgram({
  name: "echo",
  summary: "Echo the STRING(s) to standard output.",
  usage: "[SHORT-OPTION]... [STRING]...",
  rawArguments: true,
  async run(proc, { operands }) {
    let newline = true;
    let escapes = false;
    let at = 0;
    for (; /^-[neE]+$/.test(operands[at] ?? ""); at++) {
      for (const letter of operands[at]!.slice(1)) {
        if (letter === "n") newline = false;
        else escapes = letter === "e";
      }
    }
    let text = operands.slice(at).join(" ");
    if (escapes) {
      const expanded = expandEscapes(text, { style: "echo" });
      text = expanded.text;
      if (expanded.stop) newline = false;
    }
    await stdout(proc).write(newline ? `${text}\n` : text);
    return 0;
  },
});
