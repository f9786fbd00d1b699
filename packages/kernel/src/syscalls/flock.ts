import { LOCK_EX, LOCK_NB, LOCK_SH, LOCK_UN, sysError } from "@agentos/vfs/abi";
import { syscall } from "./syscall.ts";

export const flock = syscall({
  name: "flock",
  errors: ["EBADF", "EINVAL", "EAGAIN", "EINTR"],
  metered: true,
  run: (p, fd, operation) => {
    const { file } = p.fds.description(fd);
    if (!file.inode) throw sysError("EINVAL");
    const kind = operation & ~LOCK_NB;
    if (kind === LOCK_UN) return p.kernel.locks.release(file);
    if (kind !== LOCK_SH && kind !== LOCK_EX) throw sysError("EINVAL");
    return p.kernel.locks.acquire(file, kind === LOCK_EX, (operation & LOCK_NB) !== 0, p);
  },
});
