import { compareWithHost } from "../testing/compare-with-host.ts";

compareWithHost("printf", [
  { args: ["%d %s\\n", "3", "a", "4", "b"] },
  { args: ["%5.2f|%-5s|\\n", "3.14159", "x"] },
  { args: ["%d\\n", "x"] },
  { args: ["%q\\n", "a b"] },
  { args: ["%b", "a\\tb\\n"] },
  { args: [] },
  { args: ["%x %o %c\\n", "255", "8", "hi"] },
]);
