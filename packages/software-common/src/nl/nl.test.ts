import { compareWithHost } from "../testing/compare-with-host.ts";

compareWithHost("nl", [
  { args: ["-ba"], stdin: "l1\n\nl3\n" },
  { args: [], stdin: "l1\n\nl3\n" },
  { args: ["-nrz", "-w3", "-s:", "-v5", "-i2"], stdin: "l1\n\\:\\:\nl3\n" },
  { args: ["-b", "px"], stdin: "l1\nx2\n" },
  { args: ["-b", "z"] },
]);
