import { defineProgram, stdout } from "@agentos/kernel/program";

export default defineProgram({
  name: "tty",
  summary: "Print the file name of the terminal connected to standard input.",
  usage: "[OPTION]...",
  usageStatus: 2,
  options: {
    silent: { short: "s", long: ["silent", "quiet"], help: "print nothing, only return an exit status" },
  },
  async run(proc, { options }) {
    const name = proc.ttyname(0);
    if (!options.silent) await stdout(proc).write(`${name ?? "not a tty"}\n`);
    return name === undefined ? 1 : 0;
  },
});
