import { defineProgram, stdout } from "@agentos/kernel/program";

export default defineProgram({
  name: "printenv",
  summary: "Print the values of the specified environment VARIABLE(s), or name and value pairs for them all.",
  usage: "[OPTION]... [VARIABLE]...",
  usageStatus: 2,
  optionsFirst: true,
  options: { zero: { short: "0", long: "null", help: "end each output line with NUL, not newline" } },
  async run(proc, { options, operands }) {
    const end = options.zero ? "\0" : "\n";
    const out = stdout(proc);
    if (operands.length === 0) {
      for (const [name, value] of proc.env) await out.write(`${name}=${value}${end}`);
      return 0;
    }
    let missing = 0;
    for (const name of operands) {
      const value = proc.env.get(name);
      if (value === undefined) missing++;
      else await out.write(value + end);
    }
    return missing > 0 ? 1 : 0;
  },
});
