import { compareWithHost } from "../testing/compare-with-host.ts";

compareWithHost("flock", [
  { args: [] },
  { args: ["lock"] },
  { args: ["lock", "-c"] },
  { args: ["lock", "-c", "a", "b"] },
  { args: ["lock", "true"] },
  { args: ["lock", "false"] },
  { args: [".", "true"] },
  { args: ["-n", "lock", "flock", "-n", "lock", "true"] },
  { args: ["-s", "lock", "flock", "-sn", "lock", "true"] },
  { args: ["-E", "5", "lock", "flock", "-E", "5", "-w", "0.05", "lock", "true"] },
  { args: ["-o", "lock", "flock", "-n", "lock", "true"] },
  { args: ["lock", "no-such-command"] },
  { args: ["missing/lock", "true"] },
  { args: ["-w", "x", "lock", "true"] },
  { args: ["-E", "300", "lock", "true"] },
  { args: ["9"] },
]);
