import { defineProgram, stdout } from "@agentos/kernel/program";
import { commandFiles } from "../shared/search-path.ts";

export default defineProgram({
  name: "which",
  summary: "Print the file names that would run for the given commands.",
  usage: "[-a] COMMAND...",
  usageStatus: 2,
  options: {
    all: { short: "a", long: "all", help: "print all matching files of PATH" },
    silent: { short: "s", help: "print nothing, only exit with a status" },
  },
  async run(proc, { options, operands }) {
    let missing = operands.length === 0;
    for (const name of operands) {
      let found = false;
      for await (const file of commandFiles(proc, name, proc.env.get("PATH"))) {
        found = true;
        if (!options.silent) await stdout(proc).write(`${file}\n`);
        if (!options.all) break;
      }
      if (!found) missing = true;
    }
    return missing ? 1 : 0;
  },
});
