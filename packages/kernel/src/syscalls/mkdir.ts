import { andThen } from "@agentos/vfs/abi";
import { syscall } from "./syscall.ts";

export const mkdir = syscall({
  name: "mkdir",
  errors: ["EEXIST", "ENOENT", "ENOTDIR", "EACCES", "EROFS", "ENOSPC"],
  metered: true,
  run: (p, path, mode = 0o777) => andThen(p.kernel.namespace.mkdir(p.caller, path, mode), () => undefined),
});

export const rmdir = syscall({
  name: "rmdir",
  errors: ["ENOENT", "ENOTDIR", "ENOTEMPTY", "EBUSY", "EINVAL", "EACCES", "EPERM", "EROFS"],
  metered: true,
  run: (p, path) => p.kernel.namespace.rmdir(p.caller, path),
});
