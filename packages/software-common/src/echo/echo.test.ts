import { compareWithHost } from "../testing/compare-with-host.ts";

compareWithHost("echo", [
  { args: ["-e", "a\\tb\\c", "d"] },
  { args: ["-n", "x"] },
  { args: ["-E", "a\\n"] },
  { args: ["-ne", "\\x41\\0101\\n"] },
  { args: ["--", "x"] },
]);
