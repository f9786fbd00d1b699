import { type MaybePromise, O_ACCMODE, O_APPEND, O_RDONLY, SEEK_CUR, sysError } from "@agentos/vfs/abi";
import { SIGNALS } from "../abi/signals.ts";
import type { OpenFile } from "../files/open-file.ts";
import type { Process } from "../process/process.ts";
import { positioned } from "./lseek.ts";
import { syscall } from "./syscall.ts";

function writable(p: Process, fd: number): OpenFile {
  const file = p.fds.get(fd);
  if ((file.flags & O_ACCMODE) === O_RDONLY) throw sysError("EBADF");
  return file;
}

/**
 * The part of `from` that RLIMIT_FSIZE lets be written at an offset. @throws EFBIG if it is nothing, after SIGXFSZ.
 * Source: setrlimit(2)
 */
function withinFileSize(p: Process, from: Uint8Array, offset: number): Uint8Array {
  const room = p.fileSizeLimit - offset;
  if (room >= from.length) return from;
  if (room > 0) return from.subarray(0, room);
  p.signalSelf(SIGNALS.SIGXFSZ);
  throw sysError("EFBIG");
}

/** write() of a process with a limit on the size of files. */
async function writeLimited(p: Process, file: OpenFile, from: Uint8Array): Promise<number> {
  const offset = file.flags & O_APPEND ? (await file.stat()).size : await file.positioned!.seek(0, SEEK_CUR);
  return file.write!(withinFileSize(p, from, offset), p);
}

function writeTo(p: Process, file: OpenFile, from: Uint8Array): MaybePromise<number> {
  if (!file.write) throw sysError("EINVAL");
  if (p.fileSizeLimit !== Number.POSITIVE_INFINITY && file.dentry) return writeLimited(p, file, from);
  return file.write(from, p);
}

export const write = syscall({
  name: "write",
  errors: ["EBADF", "EINVAL", "EPIPE", "EAGAIN", "EINTR", "ENOSPC", "EFBIG", "EIO"],
  metered: true,
  run: (p, fd, from) => writeTo(p, writable(p, fd), from),
});

export const pwrite = syscall({
  name: "pwrite",
  errors: ["EBADF", "ESPIPE", "EINVAL", "ENOSPC", "EFBIG"],
  metered: true,
  run: (p, fd, from, offset) => {
    const file = writable(p, fd);
    if (offset < 0) throw sysError("EINVAL");
    return positioned(file).pwrite(file.dentry ? withinFileSize(p, from, offset) : from, offset);
  },
});
