import { O_APPEND, O_NONBLOCK } from "@agentos/vfs/abi";
import { syscall } from "./syscall.ts";

export const getCloexec = syscall({
  name: "getCloexec",
  errors: ["EBADF"],
  run: (p, fd) => p.fds.getCloexec(fd),
});

export const setCloexec = syscall({
  name: "setCloexec",
  errors: ["EBADF"],
  run: (p, fd, on) => p.fds.setCloexec(fd, on),
});

export const getFlags = syscall({
  name: "getFlags",
  errors: ["EBADF"],
  run: (p, fd) => p.fds.get(fd).flags,
});

const CHANGEABLE = O_APPEND | O_NONBLOCK;

export const setFlags = syscall({
  name: "setFlags",
  errors: ["EBADF"],
  run: (p, fd, flags) => {
    const file = p.fds.get(fd);
    file.flags = (file.flags & ~CHANGEABLE) | (flags & CHANGEABLE);
  },
});

export const listFds = syscall({ name: "listFds", run: (p) => p.fds.list() });
