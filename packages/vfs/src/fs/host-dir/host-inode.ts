import type { Buffer } from "node:buffer";
import fs from "node:fs";
import {
  type DirEntry,
  decode,
  O_ACCMODE,
  RENAME_NOREPLACE,
  S_IFBLK,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
  S_IFSOCK,
  type Stat,
  sysError,
} from "../../abi/index.ts";
import type { Inode, NewNode, Ownership, SetAttr } from "../../inode.ts";
import { hostPath, isAmbiguous, joinHost } from "./host-anchor.ts";
import type { HostDirFs } from "./host-dir-fs.ts";
import { HostHandle } from "./host-handle.ts";

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_RDWR, O_WRONLY } = fs.constants;
/**
 * A set-user-ID file of a guest would be one on the host too: those bits are dropped, as with the mount option nosuid.
 */
const HARMLESS_MODE = 0o1777;

/** A host file or directory, identified by the directory in which it was found and its name there. */
export class HostInode implements Inode {
  readonly fs: HostDirFs;
  readonly ino: number;
  readonly type: number;
  /** Absolute on the host, free of links. */
  readonly path: string;
  readonly #parent: string | undefined;
  readonly #name: string;
  #ownership: Ownership;

  constructor(
    owner: HostDirFs,
    path: string,
    parent: string | undefined,
    name: string,
    stat: fs.Stats | fs.BigIntStats,
  ) {
    this.fs = owner;
    this.path = path;
    this.#parent = parent;
    this.#name = name;
    this.ino = owner.inoOf(stat);
    this.type = Number(stat.mode) & S_IFMT;
    this.#ownership = this.#ownershipOf(stat);
  }

  #ownershipOf(stat: fs.Stats | fs.BigIntStats): Ownership {
    return { mode: Number(stat.mode), uid: this.fs.uid, gid: this.fs.gid };
  }

  /** Calls `act` with a path of this inode that no link can divert, except one in the inode's own place. */
  #here<T>(act: (path: string | Buffer) => T): T {
    if (this.#parent === undefined) return this.fs.inDirectory(this.path, act);
    return this.fs.inDirectory(this.#parent, (base) => act(hostPath(joinHost(base, this.#name))));
  }

  /** Calls `act` with a path of an entry of this directory. @throws EROFS the file system is read-only */
  #entry<T>(name: string, act: (path: string | Buffer) => T): T {
    if (name === "" || name === "." || name === ".." || name.includes("/")) throw sysError("EINVAL");
    return this.fs.inDirectory(this.path, (base) => act(hostPath(joinHost(base, name))));
  }

  #change<T>(name: string, act: (path: string | Buffer) => T): T {
    if (this.fs.readOnly) throw sysError("EROFS");
    return this.#entry(name, act);
  }

  /** Opens this inode's file. What was opened must be this inode. @throws ESTALE it has been replaced */
  #open<T>(flags: number, act: (fd: number) => T): T {
    return this.#here((path) => {
      const fd = fs.openSync(path, flags | (this.#parent === undefined ? 0 : O_NOFOLLOW) | O_NONBLOCK);
      try {
        if (this.fs.inoOf(fs.fstatSync(fd)) !== this.ino) throw sysError("ESTALE");
        return act(fd);
      } catch (error) {
        fs.closeSync(fd);
        throw error;
      }
    });
  }

  peek(): Ownership {
    return this.#ownership;
  }

  getattr(): Stat {
    const stat = this.#here((path) =>
      this.#parent === undefined ? fs.statSync(path, { bigint: true }) : fs.lstatSync(path, { bigint: true }),
    );
    if (this.fs.inoOf(stat) !== this.ino) throw sysError("ENOENT");
    return this.shown(stat);
  }

  /** This inode's attributes as the guest sees them. */
  shown(stat: fs.BigIntStats): Stat {
    this.#ownership = this.#ownershipOf(stat);
    return {
      dev: this.fs.dev,
      ino: this.ino,
      mode: Number(stat.mode),
      nlink: Number(stat.nlink),
      uid: this.fs.uid,
      gid: this.fs.gid,
      rdev: Number(stat.rdev),
      size: Number(stat.size),
      blocks: Number(stat.blocks),
      blksize: Number(stat.blksize),
      atimeNs: stat.atimeNs,
      mtimeNs: stat.mtimeNs,
      ctimeNs: stat.ctimeNs,
      birthtimeNs: stat.birthtimeNs,
    };
  }

  /** The owner cannot be changed: every file belongs to the configured user. @throws EPERM */
  setattr(change: SetAttr): void {
    const { uid = this.fs.uid, gid = this.fs.gid } = change;
    if (this.fs.readOnly) throw sysError("EROFS");
    if (uid !== this.fs.uid || gid !== this.fs.gid) throw sysError("EPERM");
    if (this.type === S_IFLNK) this.#setLinkTimes(change);
    else if (this.type === S_IFREG || this.type === S_IFDIR) this.#setFile(change);
    else throw sysError("EPERM");
    this.getattr();
  }

  #safeMode(mode: number): number {
    return mode & (this.type === S_IFREG ? HARMLESS_MODE : 0o7777);
  }

  #setFile(change: SetAttr): void {
    this.#open(change.size === undefined ? O_RDONLY : O_RDWR, (fd) => {
      if (change.size !== undefined) fs.ftruncateSync(fd, change.size);
      if (change.mode !== undefined) fs.fchmodSync(fd, this.#safeMode(change.mode));
      if (change.atimeNs !== undefined || change.mtimeNs !== undefined) {
        const stat = fs.fstatSync(fd, { bigint: true });
        fs.futimesSync(fd, seconds(change.atimeNs ?? stat.atimeNs), seconds(change.mtimeNs ?? stat.mtimeNs));
      }
      fs.closeSync(fd);
    });
  }

  #setLinkTimes({ atimeNs, mtimeNs }: SetAttr): void {
    if (atimeNs === undefined && mtimeNs === undefined) return;
    const now = this.getattr();
    this.#here((path) =>
      fs.lutimesSync(path, seconds(atimeNs ?? now.atimeNs), seconds(mtimeNs ?? now.mtimeNs)),
    );
  }

  lookup(name: string, isOnTheWay = false): HostInode | undefined {
    const path = joinHost(this.path, name);
    const passed = isOnTheWay ? this.fs.passed(path) : undefined;
    if (passed) return passed;
    const inode = this.#lookUp(name, path);
    if (inode) this.fs.found(path, inode);
    return inode;
  }

  #lookUp(name: string, path: string): HostInode | undefined {
    const stat = this.#entry(name, (here) => fs.lstatSync(here, { throwIfNoEntry: false }));
    if (stat) return new HostInode(this.fs, path, this.path, name, stat);
    return this.#isRoot ? this.fs.graft(name) : undefined;
  }

  get #isRoot(): boolean {
    return this.path === this.fs.directory;
  }

  #found(name: string): HostInode {
    const inode = this.lookup(name);
    if (inode === undefined) throw sysError("ENOENT");
    return inode;
  }

  readdir(): DirEntry[] {
    const entries = this.#entries();
    if (!this.#isRoot) return entries;
    const own = new Set(entries.map(({ name }) => name));
    for (const name of this.fs.grafts.keys()) {
      const graft = own.has(name) ? undefined : this.fs.graft(name);
      if (graft) entries.push({ name, ino: graft.ino, type: graft.type });
    }
    return entries;
  }

  #entries(): DirEntry[] {
    return this.fs.inDirectory(this.path, (base) => {
      const entries = fs.readdirSync(base, { withFileTypes: true });
      if (entries.some(({ name }) => isAmbiguous(name))) return this.#exactEntries(base);
      return entries.map((entry) => this.#dirEntry(entry.name, typeOf(entry)));
    });
  }

  /** The entries, including names that are not UTF-8. */
  #exactEntries(base: string): DirEntry[] {
    const entries = fs.readdirSync(base, { withFileTypes: true, encoding: "buffer" });
    return entries.map((entry) => this.#dirEntry(decode(entry.name), typeOf(entry)));
  }

  /** Without an inode number, which would cost a call and is hardly ever asked for. */
  #dirEntry(name: string, type: number): DirEntry {
    const directory = this;
    return {
      name,
      type,
      get ino() {
        return directory.lookup(name)?.ino ?? 0;
      },
    };
  }

  /** @throws EPERM the node is not a regular file */
  mknod(name: string, node: NewNode): HostInode {
    if ((node.mode & S_IFMT) !== S_IFREG) throw sysError("EPERM");
    this.#change(name, (path) => {
      const fd = fs.openSync(path, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW, 0o600);
      try {
        fs.fchmodSync(fd, node.mode & HARMLESS_MODE);
      } finally {
        fs.closeSync(fd);
      }
    });
    return this.#found(name);
  }

  mkdir(name: string, node: NewNode): HostInode {
    this.#change(name, (path) => fs.mkdirSync(path, 0o700));
    const made = this.#found(name);
    made.setattr({ mode: node.mode });
    return made;
  }

  symlink(name: string, target: string): HostInode {
    this.#change(name, (path) => fs.symlinkSync(hostPath(target), path));
    return this.#found(name);
  }

  link(name: string, inode: Inode): void {
    if (!(inode instanceof HostInode) || inode.fs !== this.fs) throw sysError("EXDEV");
    inode.#here((from) => this.#change(name, (to) => fs.linkSync(from, to)));
  }

  unlink(name: string): void {
    this.#change(name, (path) => {
      if (fs.lstatSync(path).isDirectory()) throw sysError("EISDIR");
      fs.unlinkSync(path);
    });
  }

  rmdir(name: string): void {
    this.#change(name, (path) => fs.rmdirSync(path));
  }

  /** @throws EINVAL RENAME_EXCHANGE, which the host's API does not offer */
  rename(name: string, newParent: Inode, newName: string, flags = 0): void {
    if (!(newParent instanceof HostInode) || newParent.fs !== this.fs) throw sysError("EXDEV");
    if (flags & ~RENAME_NOREPLACE) throw sysError("EINVAL");
    if (flags & RENAME_NOREPLACE && newParent.lookup(newName)) throw sysError("EEXIST");
    this.#change(name, (from) => newParent.#change(newName, (to) => fs.renameSync(from, to)));
  }

  readlink(): string {
    return decode(this.#here((path) => fs.readlinkSync(path, "buffer")));
  }

  /** @throws EACCES a device, FIFO or socket · ELOOP, ESTALE it has been replaced since it was looked up */
  open(flags: number): HostHandle {
    if (this.type !== S_IFREG) throw sysError("EACCES");
    const access = flags & O_ACCMODE;
    if (access !== O_RDONLY && this.fs.readOnly) throw sysError("EROFS");
    return this.#open(access, (fd) => new HostHandle(this, fd));
  }
}

function typeOf(entry: fs.Dirent<string> | fs.Dirent<Buffer>): number {
  if (entry.isFile()) return S_IFREG;
  if (entry.isDirectory()) return S_IFDIR;
  if (entry.isSymbolicLink()) return S_IFLNK;
  if (entry.isFIFO()) return S_IFIFO;
  if (entry.isSocket()) return S_IFSOCK;
  return entry.isBlockDevice() ? S_IFBLK : S_IFCHR;
}

function seconds(ns: bigint): number {
  return Number(ns) / 1e9;
}
