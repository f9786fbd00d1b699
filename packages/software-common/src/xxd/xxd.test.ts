import { compareWithHost } from "../testing/compare-with-host.ts";

compareWithHost(
  "xxd",
  [
    { args: ["input"] },
    { args: ["-p", "input"] },
    { args: ["-b", "-l", "10", "input"] },
    { args: ["-u", "-g", "1", "-c", "8", "-l", "20", "input"] },
    { args: ["-e", "-l", "19", "input"] },
    { args: ["-s", "1"], stdin: "abc" },
  ],
  /.*/,
);
