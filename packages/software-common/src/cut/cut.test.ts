import { compareWithHost } from "../testing/compare-with-host.ts";

compareWithHost("cut", [
  { args: ["-f2"], stdin: "a\tb\nc\n" },
  { args: ["-s", "-f2"], stdin: "a\tb\nc\n" },
  { args: ["-d:", "-f2-", "--output-delimiter=XX"], stdin: "a:b:c:d\n" },
  { args: ["-b1,3-4,6-"], stdin: "abcdef\n" },
  { args: ["-c-2,5", "--output-delimiter=:"], stdin: "abcdef\n" },
  { args: ["-f", "0"] },
  { args: [] },
  { args: ["-f", "3-2"] },
  { args: ["-f", "x"] },
  { args: ["-b", "a-b"] },
  { args: ["--complement", "-c2-3"], stdin: "abcdef\n" },
]);
