import { syscall } from "./syscall.ts";

export const chmod = syscall({
  name: "chmod",
  errors: ["ENOENT", "EPERM", "EACCES", "EROFS"],
  metered: true,
  run: (p, path, mode) => p.kernel.namespace.chmod(p.caller, path, mode),
});

export const chown = syscall({
  name: "chown",
  errors: ["ENOENT", "EPERM", "EACCES", "EROFS"],
  metered: true,
  run: (p, path, uid, gid, followSymlink = true) =>
    p.kernel.namespace.chown(p.caller, path, uid, gid, { follow: followSymlink }),
});
