import { O_ACCMODE, O_RDONLY, sysError } from "@agentos/vfs/abi";
import { syscall } from "./syscall.ts";

export const fstat = syscall({ name: "fstat", errors: ["EBADF"], run: (p, fd) => p.fds.get(fd).stat() });

export const ftruncate = syscall({
  name: "ftruncate",
  errors: ["EBADF", "EINVAL", "EFBIG"],
  run: (p, fd, size) => {
    const file = p.fds.get(fd);
    if (!file.positioned || size < 0 || (file.flags & O_ACCMODE) === O_RDONLY) throw sysError("EINVAL");
    return file.positioned.truncate(size);
  },
});

export const fchmod = syscall({
  name: "fchmod",
  errors: ["EBADF", "EPERM", "EROFS"],
  run: (p, fd, mode) => {
    const { dentry, inode } = p.fds.get(fd);
    if (dentry) return p.kernel.namespace.chmodAt(p.caller, dentry, mode);
    if (!inode) throw sysError("EINVAL");
    return inode.setattr({ mode: mode & 0o7777 });
  },
});

export const fchown = syscall({
  name: "fchown",
  errors: ["EBADF", "EPERM", "EROFS"],
  run: (p, fd, uid, gid) => {
    const { dentry, inode } = p.fds.get(fd);
    if (dentry) return p.kernel.namespace.chownAt(p.caller, dentry, uid, gid);
    if (!inode) throw sysError("EINVAL");
    if (p.caller.uid !== 0) throw sysError("EPERM");
    return inode.setattr({ uid: uid < 0 ? undefined : uid, gid: gid < 0 ? undefined : gid });
  },
});

export const fsync = syscall({
  name: "fsync",
  errors: ["EBADF", "EINVAL", "EIO"],
  run: (p, fd) => {
    const file = p.fds.get(fd);
    if (file.positioned) return file.positioned.sync();
    if (!file.dentry) throw sysError("EINVAL");
  },
});
