import { stdout } from "@agentos/kernel/program";
import { nameOf, processProgram } from "../shared/match-processes.ts";

export default processProgram(
  "pgrep",
  "Look up processes based on name.",
  async (proc, { processes, options }) => {
    const lines = processes.map((process) => {
      if (options.listFull) return `${process.pid} ${process.argv.join(" ")}`;
      return options.listName ? `${process.pid} ${nameOf(process)}` : String(process.pid);
    });
    if (options.count) await stdout(proc).write(`${processes.length}\n`);
    else if (lines.length > 0) await stdout(proc).write(`${lines.join(options.delimiter ?? "\n")}\n`);
    return processes.length > 0 ? 0 : 1;
  },
);
