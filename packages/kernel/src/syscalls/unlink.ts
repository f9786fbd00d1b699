import { syscall } from "./syscall.ts";

export const unlink = syscall({
  name: "unlink",
  errors: ["ENOENT", "ENOTDIR", "EISDIR", "EACCES", "EPERM", "EROFS"],
  metered: true,
  run: (p, path) => p.kernel.namespace.unlink(p.caller, path),
});
