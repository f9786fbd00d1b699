import type { Process } from "../process/process.ts";
import { scheduler } from "../scheduler.ts";
import { syscall } from "./syscall.ts";

/** Yields now and then while a large directory is listed. */
const pauseOf = (p: Process): Promise<void> | undefined => (scheduler.isExpired() ? p.pause() : undefined);

export const readdir = syscall({
  name: "readdir",
  errors: ["ENOENT", "ENOTDIR", "EACCES"],
  metered: true,
  run: (p, path) => p.kernel.namespace.readdir(p.caller, path, () => pauseOf(p)),
});

export const readdirStat = syscall({
  name: "readdirStat",
  errors: ["ENOENT", "ENOTDIR", "EACCES"],
  metered: true,
  run: (p, path) => p.kernel.namespace.readdirStat(p.caller, path, () => pauseOf(p)),
});
