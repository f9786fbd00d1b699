import { compareWithHost } from "../testing/compare-with-host.ts";

compareWithHost("getopt", [
  { args: ["a", "b", "c"] },
  { args: ["-o", "a:", "-l", "long,req:", "--", "-a", "x", "--long", "--req=1", "y", "it's"] },
  { args: ["-o", "a", "--", "-x"] },
  { args: ["-o", "a:", "--", "-a"] },
  { args: ["-o", "a", "-l", "one", "-l", "ones", "--", "--on"] },
  { args: [] },
]);
