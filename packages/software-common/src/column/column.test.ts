import { compareWithHost } from "../testing/compare-with-host.ts";

const stdin = "a b c\nlonger x yy\n\n  é 世界 z\n";

compareWithHost("column", [
  { args: ["-t"], stdin },
  { args: ["-t", "-o", " | "], stdin },
  { args: ["-t", "-s:"], stdin: "a:b:c\n\nlonger::yy\n" },
  { args: ["-t", "-s,", "-N", "X,YY"], stdin: "a,b\ncc,d\n" },
  { args: ["-t", "-R", "1"], stdin: "1 2\n100 3\n" },
  { args: ["-c", "40"], stdin: Array.from({ length: 20 }, (_, i) => `${i}\n`).join("") },
  { args: ["-x", "-c", "40"], stdin: Array.from({ length: 20 }, (_, i) => `${i}\n`).join("") },
  { args: ["-c", "10"], stdin: "a long line of words\nb\n" },
  { args: [], stdin: "" },
  { args: ["nope"] },
]);
