import { O_ACCMODE, O_WRONLY, sysError } from "@agentos/vfs/abi";
import type { OpenFile } from "../files/open-file.ts";
import type { Process } from "../process/process.ts";
import { positioned } from "./lseek.ts";
import { syscall } from "./syscall.ts";

function readable(p: Process, fd: number): OpenFile {
  const file = p.fds.get(fd);
  if ((file.flags & O_ACCMODE) === O_WRONLY) throw sysError("EBADF");
  return file;
}

export const read = syscall({
  name: "read",
  errors: ["EBADF", "EINVAL", "EISDIR", "EAGAIN", "EINTR", "EIO"],
  metered: true,
  run: (p, fd, into) => {
    const file = readable(p, fd);
    if (!file.read) throw sysError("EINVAL");
    return file.read(into, p);
  },
});

export const pread = syscall({
  name: "pread",
  errors: ["EBADF", "ESPIPE", "EINVAL"],
  metered: true,
  run: (p, fd, into, offset) => {
    const file = positioned(readable(p, fd));
    if (offset < 0) throw sysError("EINVAL");
    return file.pread(into, offset);
  },
});
