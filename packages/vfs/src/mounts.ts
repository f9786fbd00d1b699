// The mount table: which file system covers which directory. A directory that was covered or moved is identified by
// its inode number within its mount, so that all its Dentries agree.

import { sysError } from "./abi/index.ts";
import { Dentry, isSamePlace } from "./dentry.ts";
import type { FileSystem, Inode } from "./inode.ts";

export interface MountOptions {
  readOnly?: boolean;
  /** What /proc/mounts shows as the device. Default: the file system's type. */
  source?: string;
}

export class Mount {
  readonly fs: FileSystem;
  readonly root: Dentry;
  /** The directory it covers; undefined for the namespace's root mount. */
  readonly point: Dentry | undefined;
  readonly source: string;
  readOnly: boolean;
  /** Mounts on directories of this one, by the directory's inode number. */
  covered: Map<number, Mount> | undefined;
  /** Where renamed directories are now, by inode number; older Dentries of them look here. */
  moved: Map<number, Dentry> | undefined;

  constructor(fs: FileSystem, root: Inode, point: Dentry | undefined, options: MountOptions) {
    this.fs = fs;
    this.root = new Dentry(this, root, undefined, "");
    this.point = point;
    this.source = options.source ?? fs.type;
    this.readOnly = options.readOnly ?? false;
  }

  get isReadOnly(): boolean {
    return this.readOnly || this.fs.readOnly;
  }
}

/** The root of the topmost mount on `dentry`; `dentry` itself if there is none. */
export function crossMounts(dentry: Dentry): Dentry {
  let at = dentry;
  for (;;) {
    const mount = at.mount.covered?.get(at.inode.ino);
    if (mount === undefined) return at;
    at = mount.root;
  }
}

export const isMountPoint = (dentry: Dentry): boolean => dentry.mount.covered?.has(dentry.inode.ino) ?? false;

/** The dentry of the directory's current place, after renames. */
export function current(dentry: Dentry): Dentry {
  return dentry.mount.moved?.get(dentry.inode.ino) ?? dentry;
}

/** The parent directory, across mounts; for `root` and the namespace's root, the directory itself. */
export function parentOf(dentry: Dentry, root: Dentry): Dentry {
  let at = dentry;
  for (;;) {
    if (isSamePlace(at, root)) return at;
    const { parent } = current(at);
    if (parent) return crossMounts(parent);
    if (at.mount.point === undefined) return at;
    at = at.mount.point;
  }
}

/** The absolute path as seen from `root`. */
export function pathOf(dentry: Dentry, root: Dentry): string {
  let path = "";
  let at = dentry;
  while (!isSamePlace(at, root)) {
    const { parent, name } = current(at);
    if (parent) {
      path = `/${name}${path}`;
      at = parent;
    } else if (at.mount.point) {
      at = at.mount.point;
    } else {
      break;
    }
  }
  return path === "" ? "/" : path;
}

/** Removes a mount that nothing is mounted on. @throws EINVAL not a mount's root · EBUSY */
export function detach(root: Dentry): void {
  const { mount } = root;
  if (mount.point === undefined) throw sysError(root.parent ? "EINVAL" : "EBUSY");
  if (root.parent) throw sysError("EINVAL");
  if (mount.covered?.size) throw sysError("EBUSY");
  mount.point.mount.covered!.delete(mount.point.inode.ino);
}
