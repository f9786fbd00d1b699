import { compareWithHost } from "../testing/compare-with-host.ts";

compareWithHost("wc", [
  { args: [], stdin: "a b\nc\n" },
  { args: ["-l"], stdin: "a b\nc" },
  { args: ["input", "empty"] },
  { args: ["-L", "input"] },
  { args: ["-m"], stdin: "é b\nc" },
  { args: ["-mL"], stdin: "é\tb\nc" },
  { args: ["nofile", "input"] },
  { args: ["/"] },
  { args: ["input", "empty"] },
  { args: ["-lwc", "input"] },
  { args: ["-L", "input"] },
  { args: ["-m", "input"] },
]);
