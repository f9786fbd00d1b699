// The contract that every file system implements: FUSE's low-level interface, each call answering at once or later. An
// inode lives while nlink > 0 or opens > 0. Permission bits are checked above (walk.ts), never here.

import type { DirEntry, MaybePromise, Stat, StatFs } from "./abi/index.ts";
import type { Caller, Dentry } from "./dentry.ts";

/** A file system that can be mounted: its root leads to all of its inodes. */
export interface FileSystem {
  /** The type in /proc/mounts: "tmpfs", "overlay", "proc", "host" … */
  readonly type: string;
  /** Unique per file-system instance in this process; st_dev. */
  readonly dev: number;
  readonly readOnly: boolean;
  root(): MaybePromise<Inode>;
  statfs(): MaybePromise<StatFs>;
  sync?(): MaybePromise<void>;
  /**
   * Stores everything that was written and releases what is underneath: a file, connections. Called by whoever created
   * it.
   */
  close?(): MaybePromise<void>;
}

/** What setattr may change; absent fields stay. `size` truncates or extends with zeros. */
export interface SetAttr {
  mode?: number;
  uid?: number;
  gid?: number;
  size?: number;
  atimeNs?: bigint;
  mtimeNs?: bigint;
}

/** What a new inode starts with: permission bits (no umask left to apply) and its owner. */
export interface NewNode {
  mode: number;
  uid: number;
  gid: number;
}

/** What permission checks need of an inode. */
export interface Ownership {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/**
 * One file, directory, link or special file. Directory operations are only called on directories, `readlink` only
 * on symbolic links, `open` on regular files (the kernel opens FIFOs, sockets and devices itself).
 * Two Inode objects are the same file when `fs` and `ino` are equal.
 */
export interface Inode {
  readonly fs: FileSystem;
  readonly ino: number;
  /** The S_IFMT bits; never changes. */
  readonly type: number;

  getattr(): MaybePromise<Stat>;
  /**
   * The same attributes without the cost of a Stat, for drivers that have them at hand. Callers must not keep the
   * object.
   */
  peek?(): Ownership;
  setattr(change: SetAttr): MaybePromise<void>;

  /**
   * A miss is a value, not an error. `isOnTheWay`: the walk only passes through, to something below that will be
   * looked up too, so that a driver may answer with what it knew a moment ago.
   */
  lookup(name: string, isOnTheWay?: boolean): MaybePromise<Inode | undefined>;
  /** All entries but "." and "..", in a stable order. */
  readdir(): MaybePromise<DirEntry[]>;
  /** The same one by one, for drivers whose directories may be large. Names may be added and removed in the meantime. */
  entries?(): IterableIterator<DirEntry>;
  /** Makes a regular file, FIFO, socket or device node: `node.mode` holds the type. @throws EEXIST ENOSPC EROFS */
  mknod(name: string, node: NewNode, rdev?: number): MaybePromise<Inode>;
  mkdir(name: string, node: NewNode): MaybePromise<Inode>;
  symlink(name: string, target: string, node: NewNode): MaybePromise<Inode>;
  /** A second name for `inode` of the same file system. @throws EEXIST EXDEV EMLINK EPERM */
  link(name: string, inode: Inode): MaybePromise<void>;
  /** @throws ENOENT EISDIR */
  unlink(name: string): MaybePromise<void>;
  /** @throws ENOENT ENOTDIR ENOTEMPTY */
  rmdir(name: string): MaybePromise<void>;
  /** Replaces what `newName` names, as rename(2). `flags`: RENAME_NOREPLACE, RENAME_EXCHANGE. */
  rename(name: string, newParent: Inode, newName: string, flags?: number): MaybePromise<void>;

  /** `caller` matters for links that lead each process somewhere else (/proc/self). */
  readlink(caller?: Caller): MaybePromise<string>;
  /** For a link whose text is not a path (/proc/1/fd/0 → "pipe:[7]"): where it leads. Absent: where the text says. */
  follow?(caller: Caller): MaybePromise<Dentry | Inode>;
  /** An unnamed file in this directory (O_TMPFILE). */
  tmpfile?(node: NewNode): MaybePromise<Inode>;

  open(flags: number): MaybePromise<FileHandle>;
}

/** An open regular file, by offset: the position belongs to the kernel's open file description. */
export interface FileHandle {
  readonly inode: Inode;
  /** The attributes of the open file. Absent: the inode's, which outlives its last name. */
  getattr?(): MaybePromise<Stat>;
  /** Fills `into` from `offset`; the count, 0 at the end. */
  read(into: Uint8Array, offset: number): MaybePromise<number>;
  /** Writes all of `from` at `offset`, or throws. @throws ENOSPC EFBIG EIO */
  write(from: Uint8Array, offset: number): MaybePromise<number>;
  /** Writes at the end, atomically with respect to other appends; the new end. */
  append(from: Uint8Array): MaybePromise<number>;
  sync(): MaybePromise<void>;
  release(): MaybePromise<void>;
}
