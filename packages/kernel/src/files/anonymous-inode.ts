// Inodes without a name: pipes, sockets, terminals of another mount. /proc/<pid>/fd leads to them, and opening one there
// opens the same object again. Linux: pipefs and sockfs.

import type { FileSystem, Inode, SetAttr } from "@agentos/vfs";
import { type DirEntry, type MaybePromise, S_IFMT, type Stat, type StatFs, sysError } from "@agentos/vfs/abi";
import type { OpenFile, Task } from "./open-file.ts";

export interface Owner {
  uid: number;
  gid: number;
}

export const ROOT_OWNER: Owner = { uid: 0, gid: 0 };

/** Opens the object behind an inode once more. @throws ENXIO */
export type Reopen = (flags: number, task: Task) => MaybePromise<OpenFile>;

/** An inode that knows how to open itself. */
export interface SelfOpeningInode extends Inode {
  openFile(flags: number, task: Task): MaybePromise<OpenFile>;
}

export function isSelfOpening(inode: Inode): inode is SelfOpeningInode {
  return "openFile" in inode;
}

/** One kind of nameless inode in one VM; it gives out their numbers. */
export class AnonymousFs implements FileSystem {
  readonly type: string;
  readonly dev: number;
  readonly readOnly = false;
  #nextIno = 1;

  constructor(type: string, dev: number) {
    this.type = type;
    this.dev = dev;
  }

  root(): Inode {
    throw sysError("ENODEV");
  }

  statfs(): StatFs {
    return { type: this.type, bsize: 4096, blocks: 0, bfree: 0, files: 0, ffree: 0 };
  }

  /** @param mode type and permission bits */
  create(mode: number, owner: Owner, reopen: Reopen): AnonymousInode {
    return new AnonymousInode(this, this.#nextIno++, mode, owner, reopen);
  }
}

const noDirectory = (): never => {
  throw sysError("ENOTDIR");
};

class AnonymousInode implements SelfOpeningInode {
  readonly fs: AnonymousFs;
  readonly ino: number;
  readonly type: number;
  readonly openFile: Reopen;
  #mode: number;
  #owner: Owner;
  readonly #createdNs = BigInt(Date.now()) * 1_000_000n;

  constructor(fs: AnonymousFs, ino: number, mode: number, owner: Owner, reopen: Reopen) {
    this.fs = fs;
    this.ino = ino;
    this.type = mode & S_IFMT;
    this.openFile = reopen;
    this.#mode = mode;
    this.#owner = owner;
  }

  getattr(): Stat {
    return {
      dev: this.fs.dev,
      ino: this.ino,
      mode: this.#mode,
      nlink: 1,
      uid: this.#owner.uid,
      gid: this.#owner.gid,
      rdev: 0,
      size: 0,
      blocks: 0,
      blksize: 4096,
      atimeNs: this.#createdNs,
      mtimeNs: this.#createdNs,
      ctimeNs: this.#createdNs,
      birthtimeNs: this.#createdNs,
    };
  }

  setattr(change: SetAttr): void {
    if (change.mode !== undefined) this.#mode = this.type | (change.mode & 0o7777);
    this.#owner = { uid: change.uid ?? this.#owner.uid, gid: change.gid ?? this.#owner.gid };
  }

  open(): never {
    throw sysError("ENXIO");
  }

  readlink(): never {
    throw sysError("EINVAL");
  }

  readdir(): DirEntry[] {
    return noDirectory();
  }

  readonly lookup = noDirectory;
  readonly mknod = noDirectory;
  readonly mkdir = noDirectory;
  readonly symlink = noDirectory;
  readonly link = noDirectory;
  readonly unlink = noDirectory;
  readonly rmdir = noDirectory;
  readonly rename = noDirectory;
}
