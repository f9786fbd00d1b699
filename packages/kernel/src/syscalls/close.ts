import { syscall } from "./syscall.ts";

export const close = syscall({
  name: "close",
  errors: ["EBADF"],
  run: (p, fd) => p.fds.close(fd),
});
