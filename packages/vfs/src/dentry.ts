import { S_IFDIR } from "./abi/index.ts";
import type { Inode } from "./inode.ts";
import type { Mount } from "./mounts.ts";

/** A place in a namespace: an inode, and the name and directory through which it was reached. */
export class Dentry {
  readonly mount: Mount;
  readonly inode: Inode;
  /** Undefined at the root of a mount. */
  readonly parent: Dentry | undefined;
  readonly name: string;

  constructor(mount: Mount, inode: Inode, parent: Dentry | undefined, name: string) {
    this.mount = mount;
    this.inode = inode;
    this.parent = parent;
    this.name = name;
  }

  get isDirectory(): boolean {
    return this.inode.type === S_IFDIR;
  }
}

export function isSamePlace(a: Dentry, b: Dentry): boolean {
  return a.mount === b.mount && a.inode.ino === b.inode.ino;
}

/** On whose behalf a call is made: a process's credentials and its view of the tree. */
export interface Caller {
  readonly uid: number;
  readonly gid: number;
  /** Supplementary groups. */
  readonly groups: readonly number[];
  readonly umask: number;
  /** The root directory (chroot(2)): absolute paths start here, and ".." stops here. */
  readonly root: Dentry;
  /** The calling process, for /proc/self; absent if there is none. */
  readonly pid?: number;
  readonly cwd: Dentry;
}
