import { execProcess } from "../process/process-exec.ts";
import { syscall } from "./syscall.ts";

export const exec = syscall({
  name: "exec",
  errors: ["ENOENT", "EACCES", "ENOEXEC", "E2BIG", "EPERM"],
  partial: "set-user-ID and set-group-ID bits are ignored",
  run: (p, file, argv, env) => execProcess(p, file, argv, env ?? p.env),
});
