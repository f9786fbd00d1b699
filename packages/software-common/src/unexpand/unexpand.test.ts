import { compareWithHost } from "../testing/compare-with-host.ts";

compareWithHost("unexpand", [
  { args: [], stdin: "        a        b\n   x\n" },
  { args: ["-a"], stdin: "        a        b  c\n" },
  { args: ["-t4"], stdin: "        a   b  c\n" },
]);
