import { compareWithHost } from "../testing/compare-with-host.ts";

compareWithHost("paste", [
  { args: ["-", "-"], stdin: "a\nb\nc\n" },
  { args: ["-s", "-d,"], stdin: "a\nb\nc\n" },
  { args: ["-sd\\n,"], stdin: "a\nb\nc\n" },
  { args: ["-d\\", "/dev/null"] },
]);
