import { compareWithHost } from "../testing/compare-with-host.ts";

compareWithHost("tsort", [
  { args: [], stdin: "a b\nb c d e\nc e\n" },
  { args: [], stdin: "z y x w\na b\n\tz a q q\n" },
  { args: [], stdin: "main parse parse lex main emit emit write lex read read write\n" },
  { args: [], stdin: "a b b a" },
  { args: [], stdin: "a b b a c d\n" },
  { args: [], stdin: "a b c" },
  { args: ["empty"] },
  { args: ["missing"] },
  { args: ["a", "b"] },
]);
