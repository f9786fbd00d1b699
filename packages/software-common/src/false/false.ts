import { defineProgram } from "@agentos/kernel/program";

export default defineProgram({
  name: "false",
  summary: "Exit with a status code indicating failure.",
  usage: "[ignored command line arguments]",
  rawArguments: true,
  run: () => 1,
});
