// One VM's file tree: mounts, and every operation that takes a path. The operations stand in ops/, one file per
// family; a call answers at once unless a driver has to wait.

import type { DirEntry, MaybePromise, Stat, StatFs } from "./abi/index.ts";
import { andThen, sysError } from "./abi/index.ts";
import { now } from "./clock.ts";
import type { Caller, Dentry } from "./dentry.ts";
import type { FileSystem, Inode } from "./inode.ts";
import { crossMounts, detach, Mount, type MountOptions, pathOf } from "./mounts.ts";
import * as attributes from "./ops/attributes.ts";
import * as create from "./ops/create.ts";
import * as list from "./ops/list.ts";
import { type Opened, open } from "./ops/open.ts";
import * as remove from "./ops/remove.ts";
import { rename } from "./ops/rename.ts";
import { existing, type FsPolicy, joinPath } from "./ops/resolve.ts";
import { type Change, type ChangeKind, type Watcher, WatchList, type WatchOptions } from "./watch.ts";

/** One row of the mount table. */
export interface MountEntry {
  path: string;
  fs: FileSystem;
  source: string;
  readOnly: boolean;
}

export interface NamespaceOptions extends MountOptions {
  /** The time `utimes(…, "now")` sets. Default: the wall clock. */
  clock?: () => bigint;
}

type LinkHandling = { follow?: boolean };

const lastStep = (options: LinkHandling | undefined): "follow" | "nofollow" =>
  options?.follow === false ? "nofollow" : "follow";

/**
 * One VM's file tree: mounts, and the system calls that take a path, each with the rights of a `Caller`. Results are
 * available at once unless a driver has to wait. Failures are `SyscallError`s with the `code` that the call's man page
 * names; errors of path resolution (ENOENT, ENOTDIR, EACCES, ELOOP, ENAMETOOLONG) are not repeated below.
 */
export class MountNamespace {
  readonly root: Dentry;
  readonly clock: () => bigint;
  /** Counts the changes made through this namespace. Caches of names and stats compare it. */
  generation = 0;
  /** If set, asked before each access. */
  policy: FsPolicy | undefined;
  readonly #mounts: Mount[] = [];
  readonly #watches = new WatchList();

  constructor(fs: FileSystem, options: NamespaceOptions = {}) {
    const root = fs.root();
    if (root instanceof Promise) throw new TypeError("the root file system must be there at once");
    const mount = new Mount(fs, root, undefined, options);
    this.#mounts.push(mount);
    this.root = mount.root;
    this.clock = options.clock ?? now;
  }

  /** A caller at the root; uid 0 unless said otherwise. */
  caller(overrides: Partial<Caller> = {}): Caller {
    return { uid: 0, gid: 0, groups: [], umask: 0o022, root: this.root, cwd: this.root, ...overrides };
  }

  // Mounts

  /** Mounts `fs` over a directory. The same file system may be mounted many times. @throws ENOENT · ENOTDIR */
  mount(path: string, fs: FileSystem, options: MountOptions = {}): MaybePromise<void> {
    return andThen(existing(this.caller(), path, "follow"), (point) => {
      if (!point.isDirectory) throw sysError("ENOTDIR");
      return andThen(fs.root(), (root) => this.#attach(point, new Mount(fs, root, point, options)));
    });
  }

  /** Mounts a part of the tree a second time, as `mount --bind`. */
  bind(from: string, to: string, options: MountOptions = {}): MaybePromise<void> {
    return andThen(existing(this.caller(), from, "follow"), (source) =>
      andThen(existing(this.caller(), to, "follow"), (point) => {
        if (!source.isDirectory || !point.isDirectory) throw sysError("ENOTDIR");
        const readOnly = options.readOnly ?? source.mount.readOnly;
        this.#attach(point, new Mount(source.mount.fs, source.inode, point, { ...options, readOnly }));
      }),
    );
  }

  #attach(point: Dentry, mount: Mount): void {
    const at = crossMounts(point);
    (at.mount.covered ??= new Map()).set(at.inode.ino, mount);
    this.#mounts.push(mount);
    this.generation++;
  }

  /** @throws EINVAL nothing is mounted there · EBUSY it carries further mounts, or is the root */
  unmount(path: string): MaybePromise<void> {
    return andThen(existing(this.caller(), path, "follow"), (dentry) => {
      detach(dentry);
      this.#mounts.splice(this.#mounts.indexOf(dentry.mount), 1);
      this.generation++;
    });
  }

  /** In mount order, the root first. */
  listMounts(): MountEntry[] {
    return this.#mounts.map((mount) => ({
      path: this.pathOf(mount.root),
      fs: mount.fs,
      source: mount.source,
      readOnly: mount.isReadOnly,
    }));
  }

  // Places

  /** The place a path names. @throws ENOENT … */
  lookup(caller: Caller, path: string, options?: LinkHandling): MaybePromise<Dentry> {
    return existing(caller, path, lastStep(options));
  }

  /** The absolute path as seen from `root`, with the current names of directories that were renamed. */
  pathOf(dentry: Dentry, root: Dentry = this.root): string {
    return pathOf(dentry, root);
  }

  /** The absolute path without links, as the caller's root sees it. @see realpath(3) */
  realpath(caller: Caller, path: string): MaybePromise<string> {
    return andThen(existing(caller, path, "follow"), (dentry) => pathOf(dentry, caller.root));
  }

  // Changes

  get hasWatchers(): boolean {
    return !this.#watches.isEmpty;
  }

  /** Reports changes at `path` or, if `options` say so, below it, as far as they are made through this namespace. */
  watch(path: string, options: WatchOptions, listener: (change: Change) => void): Watcher {
    return this.#watches.add(path, options, listener);
  }

  /** To be called after every change of an existing file, also after writes through a handle. */
  changed(kind: ChangeKind, dentry: Dentry): void {
    this.generation++;
    if (this.hasWatchers) this.#watches.notify({ kind, path: this.pathOf(dentry) });
  }

  /** As `changed`, for a name that was made, removed or moved. `from`: the path that it had before. */
  changedName(kind: ChangeKind, parent: Dentry, name: string, from?: string): void {
    this.generation++;
    if (!this.hasWatchers) return;
    const path = joinPath(this.pathOf(parent), name);
    this.#watches.notify(from === undefined ? { kind, path } : { kind, path, from });
  }

  // Operations by path. `follow: false` acts on a symbolic link itself.

  /**
   * @param flags O_RDONLY, O_CREAT …
   * @param mode the permission bits of a file that is made, before the umask
   * @throws EEXIST EISDIR EROFS ENOSPC @see open(2)
   */
  open(caller: Caller, path: string, flags: number, mode = 0o666): MaybePromise<Opened> {
    return open(this, caller, path, flags, mode);
  }

  /** @see stat(2) */
  stat(caller: Caller, path: string): MaybePromise<Stat> {
    return attributes.stat(this, caller, path, "follow");
  }

  /** As `stat`, of a symbolic link itself. @see lstat(2) */
  lstat(caller: Caller, path: string): MaybePromise<Stat> {
    return attributes.stat(this, caller, path, "nofollow");
  }

  /** Undefined on ENOENT and ENOTDIR. */
  statIfExists(caller: Caller, path: string, options?: LinkHandling): MaybePromise<Stat | undefined> {
    return attributes.statIfExists(this, caller, path, lastStep(options));
  }

  /** Whether the caller may do all of `mask` (R_OK, W_OK, X_OK). @throws EACCES EROFS @see access(2) */
  access(caller: Caller, path: string, mask: number): MaybePromise<void> {
    return attributes.access(this, caller, path, mask);
  }

  /** All entries but "." and "..", in a stable order. `pause` is called now and then. @throws ENOTDIR */
  readdir(caller: Caller, path: string, pause?: list.Pause): MaybePromise<DirEntry[]> {
    return list.readdir(this, caller, path, pause);
  }

  /** The same for a directory that has already been looked up. */
  readdirAt(caller: Caller, directory: Dentry): MaybePromise<DirEntry[]> {
    return list.readdirAt(this, caller, directory);
  }

  /** `pause` is called between batches of a large directory. */
  readdirStat(caller: Caller, path: string, pause?: list.Pause): MaybePromise<list.DirEntryStat[]> {
    return list.readdirStat(this, caller, path, pause);
  }

  /** @throws EEXIST EROFS ENOSPC @see mkdir(2) */
  mkdir(caller: Caller, path: string, mode = 0o777): MaybePromise<Inode> {
    return create.mkdir(this, caller, path, mode);
  }

  /** Makes a regular file, FIFO, socket or device node: `mode` holds the type. @throws EEXIST EPERM EROFS @see mknod(2) */
  mknod(caller: Caller, path: string, mode: number, rdev = 0): MaybePromise<Inode> {
    return create.mknod(this, caller, path, mode, rdev);
  }

  /** @throws EEXIST EROFS ENOSPC @see symlink(2) */
  symlink(caller: Caller, target: string, path: string): MaybePromise<Inode> {
    return create.symlink(this, caller, target, path);
  }

  /** Does not follow a link at `from` unless told to, as link(2). */
  link(caller: Caller, from: string, to: string, options?: LinkHandling): MaybePromise<void> {
    return create.link(this, caller, from, to, options?.follow ?? false);
  }

  /** @throws EISDIR EPERM EROFS @see unlink(2) */
  unlink(caller: Caller, path: string): MaybePromise<void> {
    return remove.unlink(this, caller, path);
  }

  /** @throws ENOTEMPTY EBUSY EINVAL EROFS @see rmdir(2) */
  rmdir(caller: Caller, path: string): MaybePromise<void> {
    return remove.rmdir(this, caller, path);
  }

  /**
   * @param flags RENAME_NOREPLACE, RENAME_EXCHANGE
   * @throws EEXIST EXDEV EINVAL ENOTEMPTY EISDIR EROFS @see renameat2(2)
   */
  rename(caller: Caller, from: string, to: string, flags = 0): MaybePromise<void> {
    return rename(this, caller, from, to, flags);
  }

  /** The text of a symbolic link. @throws EINVAL it is none @see readlink(2) */
  readlink(caller: Caller, path: string): MaybePromise<string> {
    return attributes.readlink(this, caller, path);
  }

  /** Cuts a file, or extends it with zeros. @param size bytes @throws EINVAL EISDIR EROFS EFBIG @see truncate(2) */
  truncate(caller: Caller, path: string, size: number): MaybePromise<void> {
    return attributes.truncate(this, caller, path, size);
  }

  /** @see statfs(2) */
  statfs(caller: Caller, path: string): MaybePromise<StatFs> {
    return attributes.statfs(this, caller, path);
  }

  /** @throws EPERM EROFS @see chmod(2) */
  chmod(caller: Caller, path: string, mode: number, options?: LinkHandling): MaybePromise<void> {
    return andThen(existing(caller, path, lastStep(options)), (at) => this.chmodAt(caller, at, mode));
  }

  /** -1 leaves the owner or the group as it is. @throws EPERM EROFS @see chown(2) */
  chown(caller: Caller, path: string, uid: number, gid: number, options?: LinkHandling): MaybePromise<void> {
    return andThen(existing(caller, path, lastStep(options)), (at) => this.chownAt(caller, at, uid, gid));
  }

  /** Times in nanoseconds since 1970. @throws EPERM EACCES EROFS @see utimensat(2) */
  utimes(
    caller: Caller,
    path: string,
    atime: attributes.NewTime,
    mtime: attributes.NewTime,
    options?: LinkHandling,
  ): MaybePromise<void> {
    return andThen(existing(caller, path, lastStep(options)), (at) =>
      this.utimesAt(caller, at, atime, mtime),
    );
  }

  // The same for a place that has already been looked up: fchmod(2), fchown(2), futimens(3).

  chmodAt(caller: Caller, dentry: Dentry, mode: number): MaybePromise<void> {
    return attributes.chmod(this, caller, dentry, mode);
  }

  chownAt(caller: Caller, dentry: Dentry, uid: number, gid: number): MaybePromise<void> {
    return attributes.chown(this, caller, dentry, uid, gid);
  }

  utimesAt(
    caller: Caller,
    dentry: Dentry,
    atime: attributes.NewTime,
    mtime: attributes.NewTime,
  ): MaybePromise<void> {
    return attributes.utimes(this, caller, dentry, atime, mtime);
  }
}
