import { compareWithHost } from "../testing/compare-with-host.ts";

compareWithHost("expand", [
  { args: [], stdin: "a\tb\tc\n\td\n" },
  { args: ["-i", "-t4"], stdin: "a\tb\tc\n\td\n" },
  { args: ["-t", "2,5,/4"], stdin: "a\tb\tc\td\n" },
  { args: ["-t", "x"] },
]);
