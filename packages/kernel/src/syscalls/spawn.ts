import { spawnProcess } from "../process/process-exec.ts";
import { syscall } from "./syscall.ts";

export const spawn = syscall({
  name: "spawn",
  errors: ["EAGAIN", "ENOENT", "EACCES", "ENOEXEC", "E2BIG", "EBADF", "EPERM"],
  metered: true,
  run: (p, file, argv, options) => spawnProcess(p, file, argv, options),
});
