import { syscall } from "./syscall.ts";

export const rename = syscall({
  name: "rename",
  errors: [
    "ENOENT",
    "EEXIST",
    "ENOTEMPTY",
    "EISDIR",
    "ENOTDIR",
    "EXDEV",
    "EINVAL",
    "EACCES",
    "EPERM",
    "EROFS",
  ],
  metered: true,
  run: (p, from, to) => p.kernel.namespace.rename(p.caller, from, to),
});
