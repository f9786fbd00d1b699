// File systems whose inodes are made when they are looked at: /proc and /dev/pts. Subclasses say what a directory
// holds, what a file contains and where a link leads; all other operations fail as they do in Linux's /proc.

import type { Caller, Dentry, FileHandle, FileSystem, Inode, SetAttr } from "@agentos/vfs";
import { nextDevice, now } from "@agentos/vfs";
import {
  type DirEntry,
  decode,
  encode,
  type MaybePromise,
  O_ACCMODE,
  O_RDONLY,
  S_IFCHR,
  S_IFDIR,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
  type Stat,
  type StatFs,
  sysError,
} from "@agentos/vfs/abi";
import { type Owner, ROOT_OWNER } from "./files/anonymous-inode.ts";

export class GeneratedFs implements FileSystem {
  readonly type: string;
  readonly dev = nextDevice();
  readonly readOnly = false;
  readonly mountedNs = now();
  #root: Inode | undefined;

  constructor(type: string) {
    this.type = type;
  }

  /** Sets the root. Called once. */
  plant(root: Inode): void {
    this.#root = root;
  }

  root(): Inode {
    return this.#root!;
  }

  statfs(): StatFs {
    return { type: this.type, bsize: 4096, blocks: 0, bfree: 0, files: 0, ffree: 0 };
  }
}

const refuse = (): never => {
  throw sysError("EPERM");
};

/** What all kinds of generated inodes share. */
export abstract class GeneratedInode implements Inode {
  readonly fs: GeneratedFs;
  readonly ino: number;
  readonly mode: number;
  readonly owner: Owner;

  /** @param mode type and permission bits */
  constructor(fs: GeneratedFs, ino: number, mode: number, owner: Owner = ROOT_OWNER) {
    this.fs = fs;
    this.ino = ino;
    this.mode = mode;
    this.owner = owner;
  }

  get type(): number {
    return this.mode & S_IFMT;
  }

  /** Overrides of st_nlink, st_rdev and st_mode. */
  protected get attributes(): Partial<Stat> {
    return {};
  }

  getattr(): Stat {
    const time = this.fs.mountedNs;
    return {
      dev: this.fs.dev,
      ino: this.ino,
      mode: this.mode,
      nlink: 1,
      uid: this.owner.uid,
      gid: this.owner.gid,
      rdev: 0,
      size: 0,
      blocks: 0,
      blksize: 1024,
      atimeNs: time,
      mtimeNs: time,
      ctimeNs: time,
      birthtimeNs: time,
      ...this.attributes,
    };
  }

  setattr(change: SetAttr): void {
    if (change.mode !== undefined || change.uid !== undefined || change.gid !== undefined) refuse();
  }

  lookup(_name: string): MaybePromise<Inode | undefined> {
    throw sysError("ENOTDIR");
  }

  readdir(): MaybePromise<DirEntry[]> {
    throw sysError("ENOTDIR");
  }

  readlink(_caller?: Caller): MaybePromise<string> {
    throw sysError("EINVAL");
  }

  open(_flags: number): FileHandle {
    throw sysError("ENXIO");
  }

  mknod(): never {
    return refuse();
  }

  mkdir(): never {
    return refuse();
  }

  symlink(): never {
    return refuse();
  }

  link(): never {
    return refuse();
  }

  unlink(): never {
    return refuse();
  }

  rmdir(): never {
    return refuse();
  }

  rename(): never {
    return refuse();
  }
}

export abstract class GeneratedDirectory extends GeneratedInode {
  constructor(fs: GeneratedFs, ino: number, mode = 0o555, owner?: Owner) {
    super(fs, ino, S_IFDIR | mode, owner);
  }

  protected override get attributes(): Partial<Stat> {
    return { nlink: 2 };
  }

  abstract override lookup(name: string): Inode | undefined;

  /** The entries of the directory. */
  protected abstract children(): Iterable<readonly [name: string, inode: Inode]>;

  override readdir(): DirEntry[] {
    return Array.from(this.children(), ([name, { ino, type }]) => ({ name, ino, type }));
  }
}

/** A directory whose entries are known from the start. */
export class FixedDirectory extends GeneratedDirectory {
  readonly #entries: ReadonlyMap<string, Inode>;

  constructor(fs: GeneratedFs, ino: number, entries: ReadonlyMap<string, Inode>) {
    super(fs, ino);
    this.#entries = entries;
  }

  override lookup(name: string): Inode | undefined {
    return this.#entries.get(name);
  }

  protected override children(): Iterable<readonly [string, Inode]> {
    return this.#entries;
  }
}

/** A file whose content is made when it is opened. */
export class GeneratedFile extends GeneratedInode {
  readonly #content: () => string;
  readonly #store: ((text: string) => void) | undefined;

  /** @param store takes what is written; without it the file is read-only */
  constructor(
    fs: GeneratedFs,
    ino: number,
    content: () => string,
    options: { mode?: number; owner?: Owner; store?: (text: string) => void } = {},
  ) {
    super(fs, ino, S_IFREG | (options.mode ?? (options.store ? 0o644 : 0o444)), options.owner);
    this.#content = content;
    this.#store = options.store;
  }

  override setattr(change: SetAttr): void {
    if (change.size === undefined || this.#store === undefined) super.setattr(change);
  }

  override open(flags: number): FileHandle {
    const store = this.#store;
    if ((flags & O_ACCMODE) !== O_RDONLY && store === undefined) throw sysError("EACCES");
    const bytes = encode(this.#content());
    const write = (from: Uint8Array): number => {
      if (store === undefined) throw sysError("EIO");
      store(decode(from));
      return from.length;
    };
    return {
      inode: this,
      read: (into, offset) => {
        const part = bytes.subarray(offset, offset + into.length);
        into.set(part);
        return part.length;
      },
      write,
      append: write,
      sync: () => {},
      release: () => {},
    };
  }
}

export class GeneratedLink extends GeneratedInode {
  readonly #target: (caller: Caller | undefined) => string;
  readonly follow?: (caller: Caller) => MaybePromise<Dentry | Inode>;

  /** @param follow where the link leads, if its text does not say so */
  constructor(
    fs: GeneratedFs,
    ino: number,
    target: (caller: Caller | undefined) => string,
    options: { mode?: number; owner?: Owner; follow?: (caller: Caller) => MaybePromise<Dentry | Inode> } = {},
  ) {
    super(fs, ino, S_IFLNK | (options.mode ?? 0o777), options.owner);
    this.#target = target;
    if (options.follow) this.follow = options.follow;
  }

  override readlink(caller?: Caller): string {
    return this.#target(caller);
  }
}

export abstract class GeneratedDevice extends GeneratedInode {
  readonly rdev: number;

  constructor(fs: GeneratedFs, ino: number, rdev: number) {
    super(fs, ino, S_IFCHR | 0o666);
    this.rdev = rdev;
  }
}
