import { waitForChild } from "../process/process-wait.ts";
import { syscall } from "./syscall.ts";

export const wait = syscall({
  name: "wait",
  errors: ["ECHILD", "EINTR"],
  metered: true,
  run: (p, pid, options = 0) => waitForChild(p, pid, options),
});
