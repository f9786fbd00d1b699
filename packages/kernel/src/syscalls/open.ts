import { O_CLOEXEC } from "@agentos/vfs/abi";
import type { OpenFile } from "../files/open-file.ts";
import { openPath } from "../files/open-path.ts";
import type { Process } from "../process/process.ts";
import { syscall } from "./syscall.ts";

/** Gives the file a descriptor. The process may have died while the file was being opened. */
export function installFile(p: Process, file: OpenFile, cloexec = false): number {
  try {
    if (p.isDead) throw p.exit;
    return p.fds.add(file, cloexec);
  } catch (error) {
    void file.close();
    throw error;
  }
}

export const open = syscall({
  name: "open",
  errors: ["EMFILE", "EACCES", "ENOENT", "EEXIST", "EISDIR", "ENOTDIR", "ELOOP", "ENXIO", "EROFS", "EINVAL"],
  metered: true,
  run: (p, path, flags, mode = 0o666) => {
    const cloexec = (flags & O_CLOEXEC) !== 0;
    const file = openPath(p.kernel, p.caller, path, flags & ~O_CLOEXEC, mode, p);
    return file instanceof Promise
      ? file.then((f) => installFile(p, f, cloexec))
      : installFile(p, file, cloexec);
  },
});
