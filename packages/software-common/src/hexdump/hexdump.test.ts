import { compareWithHost } from "../testing/compare-with-host.ts";

compareWithHost(
  "hexdump",
  [
    { args: ["input"] },
    { args: ["-C", "input"] },
    { args: ["-c", "-n", "40", "input"] },
    { args: ["-o", "-n", "21", "-s", "3", "input"] },
    { args: ["-d", "-n", "21", "input"] },
    { args: ["-b", "-x", "-n", "21", "input"] },
    { args: ["/dev/null"] },
  ],
  /hexdump|util-linux/,
);
