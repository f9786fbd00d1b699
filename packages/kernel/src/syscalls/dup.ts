import { andThen, sysError } from "@agentos/vfs/abi";
import { syscall } from "./syscall.ts";

export const dup = syscall({
  name: "dup",
  errors: ["EBADF", "EMFILE", "EINVAL"],
  run: (p, fd, min = 0, cloexec = false) => {
    const description = p.fds.description(fd);
    if (min < 0 || min >= p.fds.limit) throw sysError("EINVAL");
    return p.fds.addDescription(description, cloexec, min);
  },
});

export const dup2 = syscall({
  name: "dup2",
  errors: ["EBADF"],
  run: (p, oldfd, newfd, cloexec = false) => {
    const description = p.fds.description(oldfd);
    return oldfd === newfd ? newfd : andThen(p.fds.place(newfd, description, cloexec), () => newfd);
  },
});
