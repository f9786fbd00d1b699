import { syscall } from "./syscall.ts";

export const utimes = syscall({
  name: "utimes",
  errors: ["ENOENT", "EPERM", "EACCES", "EROFS"],
  metered: true,
  run: (p, path, atimeNs, mtimeNs, followSymlink = true) =>
    p.kernel.namespace.utimes(p.caller, path, atimeNs, mtimeNs, { follow: followSymlink }),
});
