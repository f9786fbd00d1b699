import { compareWithHost } from "../testing/compare-with-host.ts";

compareWithHost("od", [
  { args: ["input"] },
  { args: ["-c", "input"] },
  { args: ["-An", "-tx1", "input"] },
  { args: ["-A", "d", "-t", "x1z", "-N", "40", "input"] },
  { args: ["-a", "-b", "-N", "20", "input"] },
  { args: ["-t", "d4", "-t", "x2", "-t", "o1", "-N", "37", "input"] },
  { args: ["-tu8", "-td1", "-N", "21", "-j", "5", "input"] },
  { args: ["-t", "z", "input"] },
  { args: ["-w8", "-c", "-N", "20", "input"] },
  { args: ["-t", "x3", "input"] },
  { args: ["-A", "q"] },
  { args: ["-s", "-N", "10", "input"] },
]);
