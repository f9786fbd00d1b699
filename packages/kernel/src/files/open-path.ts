// open(2) for everything a path can name: the namespace opens regular files; what the kernel opens itself is dispatched
// here.

import type { Caller, Dentry } from "@agentos/vfs";
import {
  andThen,
  type MaybePromise,
  O_ACCMODE,
  O_APPEND,
  O_NOCTTY,
  O_NONBLOCK,
  O_PATH,
  S_IFDIR,
  S_IFREG,
} from "@agentos/vfs/abi";
import type { Kernel } from "../kernel.ts";
import { isSelfOpening } from "./anonymous-inode.ts";
import { InodeFile, PlaceFile } from "./inode-file.ts";
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
    return openSpecial(kernel, caller, dentry, flags, task);
  });
}

function openSpecial(
  kernel: Kernel,
  caller: Caller,
  dentry: Dentry,
  flags: number,
  task: Task,
): MaybePromise<OpenFile> {
  const { inode } = dentry;
  const kept = flags & KEPT_FLAGS;
  const isStored = inode.type === S_IFDIR || (inode.type === S_IFREG && !isSelfOpening(inode));
  if (isStored || flags & O_PATH) return new PlaceFile(kept, dentry, kernel);
  return kernel.devices.special.open({
    inode,
    flags: kept | (flags & O_NOCTTY),
    name: kernel.namespace.pathOf(dentry),
    task,
    owner: caller,
  });
}
