import { compareWithHost } from "../testing/compare-with-host.ts";

compareWithHost("uniq", [
  { args: ["-c"], stdin: "a\na\nb\n" },
  { args: ["-d"], stdin: "a\na\nb\n" },
  { args: ["-u"], stdin: "a\na\nb\n" },
  { args: ["-D"], stdin: "a\na\nb\nb\nc\n" },
  { args: ["--all-repeated=separate"], stdin: "a\na\nb\nb\nc\n" },
  { args: ["--all-repeated=prepend"], stdin: "a\na\nb\nb\nc\n" },
  { args: ["--group"], stdin: "a\na\nb\nb\nc\n" },
  { args: ["--group=both"], stdin: "a\na\nb\nb\nc\n" },
  { args: ["--group=append"], stdin: "a\na\nb\nb\nc\n" },
  { args: ["-f1"], stdin: "a x\nb x\nc\n" },
  { args: ["-i"], stdin: "aB\nab\n" },
  { args: ["nofile"] },
]);
