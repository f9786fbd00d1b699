import { compareWithHost } from "../testing/compare-with-host.ts";

compareWithHost("cat", [
  { args: ["-A"], stdin: "a\n\n\nb\tc\u0001\n" },
  { args: ["-ns"], stdin: "a\n\n\nb\n" },
  { args: ["-b"], stdin: "a\n\n\nb" },
  { args: ["nofile"] },
  { args: ["/"] },
  { args: ["-E"], stdin: "a\r\nb\n" },
]);
