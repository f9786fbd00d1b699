import { defineProgram, stdout } from "@agentos/kernel/program";

export default defineProgram({
  name: "arch",
  summary: "Print machine architecture.",
  async run(proc) {
    await stdout(proc).write(`${proc.uname().machine}\n`);
    return 0;
  },
});
