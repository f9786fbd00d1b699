import { compareWithHost } from "../testing/compare-with-host.ts";

compareWithHost("fold", [
  { args: ["-w10"], stdin: "one two three\nfour five\n" },
  { args: ["-bsw8"], stdin: "abc\tdefghi" },
  { args: ["-sw4"], stdin: "abcdef gh\n" },
  { args: ["-w", "x"] },
  { args: ["-w", "0"] },
]);
