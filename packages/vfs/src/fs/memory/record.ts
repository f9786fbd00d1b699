// What the memory engine stores per inode. A record, its directory and its content each carry the epoch in which they
// were made: only the file system that lives in that epoch may change them in place, and all others copy them first.
// Epochs are unique in the process, so that forks never mistake each other's records for their own.

import type { Content } from "./content.ts";

let lastEpoch = 0;

export function nextEpoch(): number {
  return ++lastEpoch;
}

export class Directory {
  readonly epoch: number;
  /** The inode number of ".."; the root's is its own. */
  parent: number;
  readonly entries: Map<string, number>;

  constructor(epoch: number, parent: number, entries: Map<string, number>) {
    this.epoch = epoch;
    this.parent = parent;
    this.entries = entries;
  }
}

/** By type: a directory's entries, a link's target, a regular file's bytes (undefined while it has none). */
export type Body = Directory | Content | string | undefined;

export class FileRecord {
  readonly epoch: number;
  readonly ino: number;
  mode: number;
  nlink: number;
  uid: number;
  gid: number;
  rdev: number;
  size: number;
  /** Allocated, in 4096-byte blocks. */
  blocks = 0;
  atimeNs: bigint;
  mtimeNs: bigint;
  ctimeNs: bigint;
  birthtimeNs: bigint;
  body: Body;
  /** What a file system stacked on this one has noted about the inode. Never changed in place. */
  tag: unknown;

  constructor(epoch: number, ino: number, mode: number, uid: number, gid: number, time: bigint, body: Body) {
    this.epoch = epoch;
    this.ino = ino;
    this.mode = mode;
    this.nlink = 0;
    this.uid = uid;
    this.gid = gid;
    this.rdev = 0;
    this.size = 0;
    this.atimeNs = time;
    this.mtimeNs = time;
    this.ctimeNs = time;
    this.birthtimeNs = time;
    this.body = body;
    this.tag = undefined;
  }

  // The body of an inode whose type the caller knows.

  get directory(): Directory {
    return this.body as Directory;
  }

  get content(): Content | undefined {
    return this.body as Content | undefined;
  }

  get target(): string {
    return this.body as string;
  }

  copy(epoch: number): FileRecord {
    const copy = new FileRecord(epoch, this.ino, this.mode, this.uid, this.gid, this.birthtimeNs, this.body);
    copy.nlink = this.nlink;
    copy.rdev = this.rdev;
    copy.size = this.size;
    copy.blocks = this.blocks;
    copy.atimeNs = this.atimeNs;
    copy.mtimeNs = this.mtimeNs;
    copy.ctimeNs = this.ctimeNs;
    copy.tag = this.tag;
    return copy;
  }
}
