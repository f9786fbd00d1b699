import { scheduler } from "../scheduler.ts";
import { syscall } from "./syscall.ts";

export const readdir = syscall({
  name: "readdir",
  errors: ["ENOENT", "ENOTDIR", "EACCES"],
  metered: true,
  run: (p, path) => p.kernel.namespace.readdir(p.caller, path),
});

export const readdirStat = syscall({
  name: "readdirStat",
  errors: ["ENOENT", "ENOTDIR", "EACCES"],
  metered: true,
  run: (p, path) =>
    p.kernel.namespace.readdirStat(p.caller, path, () => (scheduler.isExpired() ? p.pause() : undefined)),
});
