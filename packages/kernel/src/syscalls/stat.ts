import { syscall } from "./syscall.ts";

export const stat = syscall({
  name: "stat",
  errors: ["ENOENT", "ENOTDIR", "EACCES", "ELOOP", "ENAMETOOLONG"],
  metered: true,
  run: (p, path) => p.kernel.namespace.stat(p.caller, path),
});

export const lstat = syscall({
  name: "lstat",
  errors: ["ENOENT", "ENOTDIR", "EACCES", "ELOOP", "ENAMETOOLONG"],
  metered: true,
  run: (p, path) => p.kernel.namespace.lstat(p.caller, path),
});

export const statIfExists = syscall({
  name: "statIfExists",
  errors: ["EACCES", "ELOOP", "ENAMETOOLONG"],
  metered: true,
  run: (p, path) => p.kernel.namespace.statIfExists(p.caller, path),
});

export const statfs = syscall({
  name: "statfs",
  errors: ["ENOENT", "ENOTDIR", "EACCES", "ELOOP"],
  metered: true,
  run: (p, path) => p.kernel.namespace.statfs(p.caller, path),
});
