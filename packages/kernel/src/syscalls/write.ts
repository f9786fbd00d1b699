import { O_ACCMODE, O_RDONLY, sysError } from "@agentos/vfs/abi";
import type { OpenFile } from "../open-file.ts";
import type { Process } from "../process.ts";
import { positioned } from "./lseek.ts";
import { syscall } from "./syscall.ts";

function writable(p: Process, fd: number): OpenFile {
  const file = p.fds.get(fd);
  if ((file.flags & O_ACCMODE) === O_RDONLY) throw sysError("EBADF");
  return file;
}

export const write = syscall({
  name: "write",
  errors: ["EBADF", "EINVAL", "EPIPE", "EAGAIN", "EINTR", "ENOSPC", "EFBIG", "EIO"],
  metered: true,
  run: (p, fd, from) => {
    const file = writable(p, fd);
    if (!file.write) throw sysError("EINVAL");
    return file.write(from, p);
  },
});

export const pwrite = syscall({
  name: "pwrite",
  errors: ["EBADF", "ESPIPE", "EINVAL", "ENOSPC", "EFBIG"],
  metered: true,
  run: (p, fd, from, offset) => {
    const file = positioned(writable(p, fd));
    if (offset < 0) throw sysError("EINVAL");
    return file.pwrite(from, offset);
  },
});
