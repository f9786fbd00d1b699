// open(2). Permissions are checked first, then the file is truncated; the driver provides the handle. FIFOs, sockets
// and devices have none: the kernel opens those.

import {
  andThen,
  type MaybePromise,
  O_ACCMODE,
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_NOFOLLOW,
  O_PATH,
  O_RDONLY,
  O_RDWR,
  O_TMPFILE,
  O_TRUNC,
  O_WRONLY,
  R_OK,
  S_IFDIR,
  S_IFLNK,
  S_IFREG,
  sysError,
  W_OK,
} from "../abi/index.ts";
import { type Caller, Dentry } from "../dentry.ts";
import type { FileHandle, Inode } from "../inode.ts";
import type { MountNamespace } from "../mount-namespace.ts";
import { newNode, require, requireWritableDirectory } from "../permission.ts";
import type { Walk } from "../walk.ts";
import { ask, askName, checkWritable, existing, reached } from "./resolve.ts";

export interface Opened {
  dentry: Dentry;
  inode: Inode;
  /** Undefined for all but regular files, and with O_PATH. */
  handle: FileHandle | undefined;
  /** Whether this open made the file. */
  created: boolean;
}

const isTemporary = (flags: number): boolean => (flags & O_TMPFILE) === O_TMPFILE;

export function open(
  namespace: MountNamespace,
  caller: Caller,
  path: string,
  flags: number,
  mode: number,
): MaybePromise<Opened> {
  if (isTemporary(flags)) return openTemporary(namespace, caller, path, flags, mode);
  if (flags & O_CREAT && !(flags & O_PATH)) return openOrCreate(namespace, caller, path, flags, mode);
  const last = flags & O_NOFOLLOW ? "nofollow" : "follow";
  return andThen(existing(caller, path, last), (dentry) => openFound(namespace, caller, dentry, flags));
}

function openOrCreate(
  namespace: MountNamespace,
  caller: Caller,
  path: string,
  flags: number,
  mode: number,
): MaybePromise<Opened> {
  if (flags & O_DIRECTORY) throw sysError("EINVAL");
  const last = flags & (O_EXCL | O_NOFOLLOW) ? "nofollow" : "follow";
  return andThen(reached(caller, path, last, true), (walked) => {
    if (walked.found === undefined) return create(namespace, caller, walked, flags, mode);
    if (flags & O_EXCL) throw sysError("EEXIST");
    if (walked.found.isDirectory) throw sysError("EISDIR");
    return openFound(namespace, caller, walked.found, flags);
  });
}

function create(
  namespace: MountNamespace,
  caller: Caller,
  { parent, name }: Walk,
  flags: number,
  mode: number,
): MaybePromise<Opened> {
  checkWritable(parent);
  return andThen(requireWritableDirectory(caller, parent.inode), (directory) => {
    askName(namespace, "create", parent, name);
    const node = newNode(caller, directory, S_IFREG | (mode & 0o7777));
    return andThen(parent.inode.mknod(name, node), (inode) => {
      namespace.changedName("create", parent, name);
      return opened(new Dentry(parent.mount, inode, parent, name), flags, true);
    });
  });
}

function opened(dentry: Dentry, flags: number, created: boolean): MaybePromise<Opened> {
  const { inode } = dentry;
  return andThen(inode.open(flags), (handle) => ({ dentry, inode, handle, created }));
}

/** The permissions that an access mode requires. O_TRUNC requires writing even if the descriptor only reads. */
function accessOf(flags: number): number {
  const access = flags & O_ACCMODE;
  const reads = access === O_RDONLY || access === O_RDWR ? R_OK : 0;
  const writes = access === O_WRONLY || access === O_RDWR || flags & O_TRUNC ? W_OK : 0;
  return reads | writes;
}

function openFound(
  namespace: MountNamespace,
  caller: Caller,
  dentry: Dentry,
  flags: number,
): MaybePromise<Opened> {
  const { inode } = dentry;
  if (flags & O_DIRECTORY && !dentry.isDirectory) throw sysError("ENOTDIR");
  if (flags & O_PATH) return { dentry, inode, handle: undefined, created: false };
  if (inode.type === S_IFLNK) throw sysError("ELOOP");
  const mask = accessOf(flags);
  if (inode.type === S_IFDIR && mask & W_OK) throw sysError("EISDIR");
  return andThen(require(caller, inode, mask), () => {
    if (mask & R_OK) ask(namespace, dentry.isDirectory ? "list" : "read", dentry);
    if (mask & W_OK) ask(namespace, "write", dentry);
    if (inode.type !== S_IFREG) return { dentry, inode, handle: undefined, created: false };
    if (mask & W_OK) checkWritable(dentry);
    if ((flags & O_TRUNC) === 0) return opened(dentry, flags, false);
    return andThen(inode.setattr({ size: 0 }), () => {
      namespace.changed("modify", dentry);
      return opened(dentry, flags, false);
    });
  });
}

function openTemporary(
  namespace: MountNamespace,
  caller: Caller,
  path: string,
  flags: number,
  mode: number,
): MaybePromise<Opened> {
  if ((flags & O_ACCMODE) === O_RDONLY) throw sysError("EINVAL");
  return andThen(existing(caller, path, "follow"), (dentry) => {
    if (!dentry.isDirectory) throw sysError("ENOTDIR");
    checkWritable(dentry);
    if (dentry.inode.tmpfile === undefined) throw sysError("EOPNOTSUPP");
    return andThen(requireWritableDirectory(caller, dentry.inode), (directory) => {
      ask(namespace, "write", dentry);
      const node = newNode(caller, directory, S_IFREG | (mode & 0o7777));
      return andThen(dentry.inode.tmpfile!(node), (inode) =>
        opened(new Dentry(dentry.mount, inode, dentry, `#${inode.ino}`), flags, true),
      );
    });
  });
}
