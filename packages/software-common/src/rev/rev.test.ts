import { compareWithHost } from "../testing/compare-with-host.ts";

compareWithHost("rev", [
  { args: [], stdin: "abc\nde" },
  { args: [], stdin: "ab\0c\n\nde\n" },
]);
