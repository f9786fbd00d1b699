import { compareWithHost } from "../testing/compare-with-host.ts";

compareWithHost("basename", [
  { args: ["a/b/c.txt", ".txt"] },
  { args: ["/"] },
  { args: ["-s", ".c", "a.c", "b.c"] },
  { args: [] },
]);
