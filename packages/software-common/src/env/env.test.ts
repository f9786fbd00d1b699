import { compareWithHost } from "../testing/compare-with-host.ts";

compareWithHost("env", [
  { args: ["-i", "A=1", "B=2"] },
  { args: ["-i", "A=1", "-0"] },
  { args: ["-u", "A=B"] },
  { args: ["-i", "A=x", "env"] },
  { args: ["nosuch-command"] },
  { args: ["-C", "/nonexistent", "true"] },
  { args: ["-0", "true"] },
  { args: ["-S", "-i A='b\\_c'"] },
]);
