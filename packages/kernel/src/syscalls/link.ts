import { andThen } from "@agentos/vfs/abi";
import { syscall } from "./syscall.ts";

export const link = syscall({
  name: "link",
  errors: ["ENOENT", "EEXIST", "EXDEV", "EPERM", "EACCES", "EMLINK", "EROFS"],
  metered: true,
  run: (p, existing, path, followSymlink = false) =>
    p.kernel.namespace.link(p.caller, existing, path, { follow: followSymlink }),
});

export const symlink = syscall({
  name: "symlink",
  errors: ["ENOENT", "EEXIST", "EACCES", "ENAMETOOLONG", "EROFS", "ENOSPC"],
  metered: true,
  run: (p, target, path) => andThen(p.kernel.namespace.symlink(p.caller, target, path), () => undefined),
});

export const readlink = syscall({
  name: "readlink",
  errors: ["ENOENT", "ENOTDIR", "EINVAL", "EACCES"],
  metered: true,
  run: (p, path) => p.kernel.namespace.readlink(p.caller, path),
});

export const realpath = syscall({
  name: "realpath",
  errors: ["ENOENT", "ENOTDIR", "EACCES", "ELOOP"],
  metered: true,
  run: (p, path) => p.kernel.namespace.realpath(p.caller, path),
});
