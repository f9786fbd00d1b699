import { compareWithHost } from "../testing/compare-with-host.ts";

const stdin = "daemon:x first\nroot:x second third\nzz last\n";

compareWithHost("join", [
  { args: ["-", "empty"], stdin },
  { args: ["-a1", "-", "empty"], stdin },
  {
    args: ["-t:", "-", "input", "--nocheck-order"],
    stdin: "bin\tx 2  2 caf\u00e9 \u4e16\u754c:more\nroot:y\n",
  },
  {
    args: ["-t:", "-o", "0,1.2,2.3", "-e", "none", "-a1", "-", "input", "--nocheck-order"],
    stdin: "a:b\nroot:y\n",
  },
  { args: ["-v1", "-", "empty"], stdin },
  { args: [] },
  { args: ["a"] },
]);
