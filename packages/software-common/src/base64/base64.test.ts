import { compareWithHost } from "../testing/compare-with-host.ts";

compareWithHost("base64", [
  { args: [], stdin: "abc" },
  { args: ["input"] },
  { args: ["-d"], stdin: "aGVsbG8=" },
  { args: ["-d"], stdin: "aGVs!bG8=" },
  { args: ["-di"], stdin: "aGVs!bG8=" },
  { args: ["-d"], stdin: "aGVsbG8" },
  { args: ["-w", "x"] },
  { args: ["nofile"] },
]);
