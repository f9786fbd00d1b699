// open(2) for everything a path can name: the namespace opens regular files, this file what the kernel opens itself.

import type { Caller, Dentry } from "@agentos/vfs";
import {
  andThen,
  type MaybePromise,
  O_ACCMODE,
  O_APPEND,
  O_NONBLOCK,
  O_PATH,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFREG,
  sysError,
} from "@agentos/vfs/abi";
import { isSelfOpening } from "./anonymous-inode.ts";
import { InodeFile, PlaceFile } from "./inode-file.ts";
import type { Kernel } from "./kernel.ts";
import type { OpenFile, Task } from "./open-file.ts";

const KEPT_FLAGS = O_ACCMODE | O_APPEND | O_NONBLOCK | O_PATH;

/** Opens a path with the rights of `caller`. @throws ENOENT EACCES ENXIO … */
export function openPath(
  kernel: Kernel,
  caller: Caller,
  path: string,
  flags: number,
  mode: number,
  task: Task,
): MaybePromise<OpenFile> {
  return andThen(kernel.namespace.open(caller, path, flags, mode), ({ dentry, handle }) => {
    const kept = flags & KEPT_FLAGS;
    if (handle) return new InodeFile(handle, kept, dentry, kernel);
    return openSpecial(kernel, dentry, flags, kept, task);
  });
}

function openSpecial(
  kernel: Kernel,
  dentry: Dentry,
  flags: number,
  kept: number,
  task: Task,
): MaybePromise<OpenFile> {
  const { inode } = dentry;
  if (flags & O_PATH) return new PlaceFile(kept, dentry, kernel);
  if (isSelfOpening(inode)) return inode.openFile(flags, task);
  switch (inode.type) {
    case S_IFDIR:
    case S_IFREG:
      return new PlaceFile(kept, dentry, kernel);
    case S_IFIFO:
      return kernel.fifos.open(inode, kept, kernel.namespace.pathOf(dentry), task);
    case S_IFCHR:
      return kernel.openDevice(inode, flags, task);
    default:
      throw sysError("ENXIO");
  }
}
