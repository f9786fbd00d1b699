import { compareWithHost } from "../testing/compare-with-host.ts";

compareWithHost("timeout", [
  { args: ["5", "false"] },
  { args: ["0.05", "sleep", "5"] },
  { args: ["-s", "KILL", "5", "true"] },
  { args: ["5", "nosuch-command"] },
  { args: ["x", "y"] },
  { args: ["--preserve-status", "0.05", "sleep", "5"] },
  { args: ["-s", "NOPE", "1", "true"] },
]);
