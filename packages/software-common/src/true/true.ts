import { defineProgram } from "@agentos/kernel/program";

export default defineProgram({
  name: "true",
  summary: "Exit with a status code indicating success.",
  usage: "[ignored command line arguments]",
  rawArguments: true,
  run: () => 0,
});
