import { sysError } from "@agentos/vfs/abi";
import type { Socket } from "../files/open-file.ts";
import type { Process } from "../process/process.ts";
import { installFile } from "./open.ts";
import { syscall } from "./syscall.ts";

/** @throws EBADF · ENOTSOCK */
function socketOf(p: Process, fd: number): Socket {
  const { socket } = p.fds.get(fd);
  if (!socket) throw sysError("ENOTSOCK");
  return socket;
}

export const bind = syscall({
  name: "bind",
  errors: ["EBADF", "ENOTSOCK", "EINVAL", "EADDRINUSE", "EADDRNOTAVAIL", "EACCES", "EAFNOSUPPORT"],
  run: (p, fd, address) => socketOf(p, fd).bind(address, p),
});

export const listen = syscall({
  name: "listen",
  errors: ["EBADF", "ENOTSOCK", "EOPNOTSUPP", "EINVAL"],
  run: (p, fd, backlog = 128) => socketOf(p, fd).listen(backlog),
});

export const accept = syscall({
  name: "accept",
  errors: ["EBADF", "ENOTSOCK", "EINVAL", "EOPNOTSUPP", "EAGAIN", "EINTR", "EMFILE"],
  metered: true,
  run: (p, fd) => {
    const install = ({ file, address }: Awaited<ReturnType<Socket["accept"]>>) => ({
      fd: installFile(p, file),
      address,
    });
    const accepted = socketOf(p, fd).accept(p);
    return accepted instanceof Promise ? accepted.then(install) : install(accepted);
  },
});

export const connect = syscall({
  name: "connect",
  errors: [
    "EBADF",
    "ENOTSOCK",
    "ECONNREFUSED",
    "EISCONN",
    "ENETUNREACH",
    "EACCES",
    "EINPROGRESS",
    "ETIMEDOUT",
  ],
  run: (p, fd, address) => socketOf(p, fd).connect(address, p),
});

export const sendto = syscall({
  name: "sendto",
  errors: [
    "EBADF",
    "ENOTSOCK",
    "EPIPE",
    "EMSGSIZE",
    "ENOTCONN",
    "EDESTADDRREQ",
    "ECONNREFUSED",
    "EAGAIN",
    "EINTR",
  ],
  metered: true,
  run: (p, fd, from, address) => socketOf(p, fd).sendTo(from, address, p),
});

export const recvfrom = syscall({
  name: "recvfrom",
  errors: ["EBADF", "ENOTSOCK", "ENOTCONN", "EAGAIN", "EINTR"],
  metered: true,
  run: (p, fd, into) => socketOf(p, fd).receiveFrom(into, p),
});

export const shutdown = syscall({
  name: "shutdown",
  errors: ["EBADF", "ENOTSOCK", "ENOTCONN", "EINVAL"],
  run: (p, fd, how) => socketOf(p, fd).shutdown(how),
});

export const getsockname = syscall({
  name: "getsockname",
  errors: ["EBADF", "ENOTSOCK"],
  run: (p, fd) => socketOf(p, fd).localAddress(),
});

export const getpeername = syscall({
  name: "getpeername",
  errors: ["EBADF", "ENOTSOCK", "ENOTCONN"],
  run: (p, fd) => socketOf(p, fd).remoteAddress(),
});

export const setsockopt = syscall({
  name: "setsockopt",
  errors: ["EBADF", "ENOTSOCK", "ENOPROTOOPT", "EINVAL"],
  run: (p, fd, option, value) => socketOf(p, fd).setOption(option, value),
});

export const getsockopt = syscall({
  name: "getsockopt",
  errors: ["EBADF", "ENOTSOCK", "ENOPROTOOPT"],
  run: (p, fd, option) => socketOf(p, fd).getOption(option),
});
