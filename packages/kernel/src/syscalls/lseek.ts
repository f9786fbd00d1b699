import { sysError } from "@agentos/vfs/abi";
import type { OpenFile, PositionedFile } from "../files/open-file.ts";
import { syscall } from "./syscall.ts";

/** @throws ESPIPE a pipe, socket or terminal */
export function positioned(file: OpenFile): PositionedFile {
  if (!file.positioned) throw sysError("ESPIPE");
  return file.positioned;
}

export const lseek = syscall({
  name: "lseek",
  errors: ["EBADF", "ESPIPE", "EINVAL", "ENXIO"],
  run: (p, fd, offset, whence) => positioned(p.fds.get(fd)).seek(offset, whence),
});
