import { andThen } from "@agentos/vfs/abi";
import { syscall } from "./syscall.ts";

export const mknod = syscall({
  name: "mknod",
  errors: ["EEXIST", "ENOENT", "EPERM", "EINVAL", "EACCES", "EROFS", "ENOSPC"],
  metered: true,
  run: (p, path, mode, rdev = 0) =>
    andThen(p.kernel.namespace.mknod(p.caller, path, mode, rdev), () => undefined),
});
