import { compareWithHost } from "../testing/compare-with-host.ts";

compareWithHost("base32", [
  { args: [], stdin: "hello" },
  { args: ["-d"], stdin: "NBSWY3DP" },
]);
