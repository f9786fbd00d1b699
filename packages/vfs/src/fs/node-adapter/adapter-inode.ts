import {
  andThen,
  type DirEntry,
  encode,
  isSysError,
  type MaybePromise,
  O_ACCMODE,
  O_CREAT,
  O_EXCL,
  O_WRONLY,
  RENAME_NOREPLACE,
  S_IFDIR,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
  type Stat,
  sysError,
} from "../../abi/index.ts";
import type { FileHandle, Inode, NewNode, Ownership, SetAttr } from "../../inode.ts";
import { openHandle } from "./adapter-handle.ts";
import type { NodeFsAdapter } from "./node-fs-adapter.ts";
import type { NodeStats } from "./node-fs-like.ts";

/** A file of a Node-shaped driver, by its path there. */
export class AdapterInode implements Inode {
  readonly fs: NodeFsAdapter;
  readonly ino: number;
  readonly type: number;
  #path: string;
  /** How many renames the path takes into account. */
  #seen: number;
  #mode: number;

  constructor(fs: NodeFsAdapter, path: string, stats: NodeStats) {
    this.fs = fs;
    this.#path = path;
    this.#seen = fs.renames.count;
    this.ino = fs.inoOf(path, stats);
    this.#mode = Number(stats.mode);
    this.type = this.#mode & S_IFMT;
  }

  /** The path in the driver, which follows renames of the file and of the directories above it. */
  get path(): string {
    const { renames } = this.fs;
    if (this.#seen !== renames.count) {
      this.#path = renames.follow(this.#path, this.#seen);
      this.#seen = renames.count;
    }
    return this.#path;
  }

  #childPath(name: string): string {
    return this.path.endsWith("/") ? this.path + name : `${this.path}/${name}`;
  }

  #checkWritable(): void {
    if (this.fs.readOnly) throw sysError("EROFS");
  }

  peek(): Ownership {
    return { mode: this.#mode, uid: this.fs.uid, gid: this.fs.gid };
  }

  getattr(): MaybePromise<Stat> {
    return andThen(this.fs.call<NodeStats>("lstat", this.path), (stats) => {
      this.#mode = Number(stats.mode);
      return this.type === S_IFLNK ? this.#statOfLink(stats) : this.#statOf(stats);
    });
  }

  /** As Linux shows links, whatever the driver says: open to all, as long as their target. */
  #statOfLink(stats: NodeStats): MaybePromise<Stat> {
    this.#mode = S_IFLNK | 0o777;
    return andThen(this.readlink(), (target) => ({ ...this.#statOf(stats), size: encode(target).length }));
  }

  #statOf(stats: NodeStats): Stat {
    const size = Number(stats.size);
    return {
      dev: this.fs.dev,
      ino: this.ino,
      mode: this.#mode,
      nlink: Number(stats.nlink ?? 1),
      uid: this.fs.uid,
      gid: this.fs.gid,
      rdev: Number(stats.rdev ?? 0),
      size,
      blocks: Number(stats.blocks ?? Math.ceil(size / 4096) * 8),
      blksize: 4096,
      atimeNs: nanoseconds(stats.atimeMs),
      mtimeNs: nanoseconds(stats.mtimeMs),
      ctimeNs: nanoseconds(stats.ctimeMs),
      birthtimeNs: nanoseconds(stats.birthtimeMs),
    };
  }

  /** The owner cannot be changed: every file belongs to the configured user. @throws EPERM */
  setattr(change: SetAttr): MaybePromise<void> {
    this.#checkWritable();
    const { uid = this.fs.uid, gid = this.fs.gid } = change;
    if (uid !== this.fs.uid || gid !== this.fs.gid) throw sysError("EPERM");
    if (this.type === S_IFLNK) return;
    return andThen(this.#setSize(change), () =>
      andThen(this.#setMode(change), () => andThen(this.#setTimes(change), () => this.#refresh())),
    );
  }

  #refresh(): MaybePromise<void> {
    return andThen(this.getattr(), () => undefined);
  }

  #setSize({ size }: SetAttr): MaybePromise<void> {
    if (size !== undefined) return this.fs.call<void>("truncate", this.path, size);
  }

  #setMode({ mode }: SetAttr): MaybePromise<void> {
    if (mode !== undefined) return this.fs.call<void>("chmod", this.path, mode & 0o7777);
  }

  #setTimes({ atimeNs, mtimeNs }: SetAttr): MaybePromise<void> {
    if (atimeNs === undefined && mtimeNs === undefined) return;
    return andThen(this.getattr(), (now) => {
      const times = [atimeNs ?? now.atimeNs, mtimeNs ?? now.mtimeNs].map((ns) => Number(ns) / 1e9);
      return this.fs.call<void>("utimes", this.path, ...times);
    });
  }

  lookup(name: string): MaybePromise<AdapterInode | undefined> {
    const path = this.#childPath(name);
    const missing = (error: unknown): undefined => {
      if (isSysError(error, "ENOENT")) return undefined;
      throw error;
    };
    try {
      const found = andThen(this.fs.call<NodeStats>("lstat", path), (stats) => this.#child(path, stats));
      return found instanceof Promise ? found.catch(missing) : found;
    } catch (error) {
      return missing(error);
    }
  }

  #child(path: string, stats: NodeStats): AdapterInode {
    return new AdapterInode(this.fs, path, stats);
  }

  /** What was just made at `path`. */
  #made(path: string): MaybePromise<AdapterInode> {
    return andThen(this.fs.call<NodeStats>("lstat", path), (stats) => this.#child(path, stats));
  }

  readdir(): MaybePromise<DirEntry[]> {
    return andThen(this.fs.call<unknown[]>("readdir", this.path), (names) => {
      const children = names.map((name) => this.lookup(String(name)));
      const list = (inodes: (AdapterInode | undefined)[]): DirEntry[] =>
        inodes.flatMap((inode, i) =>
          inode ? [{ name: String(names[i]), ino: inode.ino, type: inode.type }] : [],
        );
      if (children.some((child) => child instanceof Promise)) return Promise.all(children).then(list);
      return list(children as (AdapterInode | undefined)[]);
    });
  }

  /** @throws EPERM anything but a regular file */
  mknod(name: string, node: NewNode): MaybePromise<AdapterInode> {
    this.#checkWritable();
    if ((node.mode & S_IFMT) !== S_IFREG) throw sysError("EPERM");
    const path = this.#childPath(name);
    const flags = O_CREAT | O_EXCL | O_WRONLY;
    const options = { flag: flags, mode: node.mode & 0o7777 };
    const made = this.fs.call<void>("writeFile", path, new Uint8Array(0), options);
    return andThen(made, () => this.#withMode(path, node.mode));
  }

  /** The driver may have applied a umask of its own. */
  #withMode(path: string, mode: number): MaybePromise<AdapterInode> {
    return andThen(this.fs.call<void>("chmod", path, mode & 0o7777), () => this.#made(path));
  }

  mkdir(name: string, node: NewNode): MaybePromise<AdapterInode> {
    this.#checkWritable();
    const path = this.#childPath(name);
    const made = this.fs.call<void>("mkdir", path, { mode: node.mode & 0o7777 });
    return andThen(made, () => this.#withMode(path, node.mode));
  }

  symlink(name: string, target: string): MaybePromise<AdapterInode> {
    this.#checkWritable();
    const path = this.#childPath(name);
    return andThen(this.fs.call<void>("symlink", target, path), () => this.#made(path));
  }

  link(name: string, inode: Inode): MaybePromise<void> {
    this.#checkWritable();
    if (!(inode instanceof AdapterInode) || inode.fs !== this.fs) throw sysError("EXDEV");
    return this.fs.call<void>("link", inode.path, this.#childPath(name));
  }

  unlink(name: string): MaybePromise<void> {
    this.#checkWritable();
    return andThen(this.lookup(name), (inode) => {
      if (inode?.type === S_IFDIR) throw sysError("EISDIR");
      this.fs.forget(this.#childPath(name));
      return this.fs.call<void>("unlink", this.#childPath(name));
    });
  }

  /** Checks emptiness itself: not every driver does. */
  rmdir(name: string): MaybePromise<void> {
    this.#checkWritable();
    return andThen(this.lookup(name), (inode) => {
      if (inode === undefined) throw sysError("ENOENT");
      if (inode.type !== S_IFDIR) throw sysError("ENOTDIR");
      return andThen(inode.readdir(), (entries) => {
        if (entries.length > 0) throw sysError("ENOTEMPTY");
        this.fs.forget(inode.path);
        return this.fs.call<void>("rmdir", inode.path);
      });
    });
  }

  /** Checks what it replaces itself: not every driver does. @throws EINVAL exchanging */
  rename(name: string, newParent: Inode, newName: string, flags = 0): MaybePromise<void> {
    this.#checkWritable();
    if (!(newParent instanceof AdapterInode) || newParent.fs !== this.fs) throw sysError("EXDEV");
    if (flags & ~RENAME_NOREPLACE) throw sysError("EINVAL");
    const from = this.#childPath(name);
    const to = newParent.#childPath(newName);
    return andThen(this.lookup(name), (moved) =>
      andThen(newParent.lookup(newName), (target) => {
        if (moved === undefined) throw sysError("ENOENT");
        if (target && flags & RENAME_NOREPLACE) throw sysError("EEXIST");
        if (moved.type === S_IFDIR && `${to}/`.startsWith(`${from}/`) && from !== to)
          throw sysError("EINVAL");
        return andThen(target && this.#clear(moved, target, newParent, newName), () => {
          this.fs.forget(from);
          this.fs.forget(to);
          const renamed = this.fs.call<void>("rename", from, to);
          return andThen(renamed, () => this.fs.renames.add(from, to));
        });
      }),
    );
  }

  #clear(moved: Inode, target: Inode, parent: AdapterInode, name: string): MaybePromise<void> {
    if (moved.type === S_IFDIR && target.type !== S_IFDIR) throw sysError("ENOTDIR");
    if (moved.type !== S_IFDIR && target.type === S_IFDIR) throw sysError("EISDIR");
    if (target.type === S_IFDIR) return parent.rmdir(name);
  }

  readlink(): MaybePromise<string> {
    return andThen(this.fs.call<unknown>("readlink", this.path), String);
  }

  open(flags: number): MaybePromise<FileHandle> {
    const access = flags & O_ACCMODE;
    if (access !== 0) this.#checkWritable();
    return openHandle(this, access);
  }
}

function nanoseconds(ms = 0): bigint {
  return BigInt(Math.round(ms * 1000)) * 1000n;
}
