import { forkProcess } from "../process/process-exec.ts";
import { syscall } from "./syscall.ts";

export const fork = syscall({
  name: "fork",
  errors: ["EAGAIN"],
  run: (p, body) => forkProcess(p, body),
});
