import { compareWithHost } from "../testing/compare-with-host.ts";

compareWithHost("tac", [
  { args: [], stdin: "a\nb\nc" },
  { args: ["-s:"], stdin: "a:b:c" },
  { args: ["-b", "-s", "b"], stdin: "axbyc" },
]);
