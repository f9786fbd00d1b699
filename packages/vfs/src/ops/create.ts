// mkdir(2), mknod(2), symlink(2), link(2). Source for the order of errors: Linux fs/namei.c filename_create().

import {
  andThen,
  encode,
  type MaybePromise,
  PATH_MAX,
  S_IFBLK,
  S_IFCHR,
  S_IFDIR,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
  sysError,
} from "../abi/index.ts";
import type { Caller } from "../dentry.ts";
import type { Inode, NewNode, Ownership } from "../inode.ts";
import type { MountNamespace } from "../mount-namespace.ts";
import { newNode, requireWritableDirectory } from "../permission.ts";
import { askName, checkWritable, existing, reached } from "./resolve.ts";

/** Creates something at a path that must not exist. */
function createAt<T>(
  namespace: MountNamespace,
  caller: Caller,
  path: string,
  isDirectory: boolean,
  make: (parent: Inode, name: string, directory: Ownership) => MaybePromise<T>,
): MaybePromise<T> {
  return andThen(reached(caller, path, "name"), ({ found, parent, name, trailingSlash }) => {
    if (found) throw sysError("EEXIST");
    if (trailingSlash && !isDirectory) throw sysError("ENOENT");
    checkWritable(parent);
    return andThen(requireWritableDirectory(caller, parent.inode), (directory) => {
      askName(namespace, "create", parent, name);
      return andThen(make(parent.inode, name, directory), (made) => {
        namespace.changedName("create", parent, name);
        return made;
      });
    });
  });
}

export function mkdir(
  namespace: MountNamespace,
  caller: Caller,
  path: string,
  mode: number,
): MaybePromise<Inode> {
  return createAt(namespace, caller, path, true, (parent, name, directory) => {
    const node = newNode(caller, directory, S_IFDIR | (mode & 0o1777));
    return parent.mkdir(name, { ...node, mode: node.mode & 0o7777 });
  });
}

export function mknod(
  namespace: MountNamespace,
  caller: Caller,
  path: string,
  mode: number,
  rdev: number,
): MaybePromise<Inode> {
  const type = mode & S_IFMT || S_IFREG;
  if (type === S_IFDIR) throw sysError("EPERM");
  if (type === S_IFLNK) throw sysError("EINVAL");
  const isDevice = type === S_IFCHR || type === S_IFBLK;
  return createAt(namespace, caller, path, false, (parent, name, directory) => {
    if (isDevice && caller.uid !== 0) throw sysError("EPERM");
    return parent.mknod(name, newNode(caller, directory, type | (mode & 0o7777)), rdev);
  });
}

export function symlink(
  namespace: MountNamespace,
  caller: Caller,
  target: string,
  path: string,
): MaybePromise<Inode> {
  if (target.includes("\0")) throw sysError("EINVAL");
  if (target === "") throw sysError("ENOENT");
  if (encode(target).length >= PATH_MAX) throw sysError("ENAMETOOLONG");
  return createAt(namespace, caller, path, false, (parent, name, directory) => {
    const node: NewNode = { ...newNode(caller, directory, 0), mode: 0o777 };
    return parent.symlink(name, target, node);
  });
}

/** `follow` links to what a symbolic link names, as AT_SYMLINK_FOLLOW. */
export function link(
  namespace: MountNamespace,
  caller: Caller,
  from: string,
  to: string,
  follow: boolean,
): MaybePromise<void> {
  return andThen(existing(caller, from, follow ? "follow" : "nofollow"), (source) =>
    andThen(reached(caller, to, "name"), (walked) => {
      if (walked.found) throw sysError("EEXIST");
      if (walked.trailingSlash) throw sysError("ENOENT");
      const { parent, name } = walked;
      checkWritable(parent);
      if (source.mount !== parent.mount) throw sysError("EXDEV");
      return andThen(requireWritableDirectory(caller, parent.inode), () => {
        if (source.isDirectory) throw sysError("EPERM");
        askName(namespace, "create", parent, name);
        return andThen(parent.inode.link(name, source.inode), () =>
          namespace.changedName("create", parent, name),
        );
      });
    }),
  );
}
