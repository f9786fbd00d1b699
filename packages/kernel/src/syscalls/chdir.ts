import { sysError } from "@agentos/vfs/abi";
import { changeDirectory, enterDirectory } from "../process/working-directory.ts";
import { syscall } from "./syscall.ts";

export const chdir = syscall({
  name: "chdir",
  errors: ["ENOENT", "ENOTDIR", "EACCES", "ELOOP"],
  run: (p, path) => changeDirectory(p, path),
});

export const fchdir = syscall({
  name: "fchdir",
  errors: ["EBADF", "ENOTDIR", "EACCES"],
  run: (p, fd) => {
    const { dentry } = p.fds.get(fd);
    if (!dentry) throw sysError("ENOTDIR");
    return enterDirectory(p, dentry);
  },
});
