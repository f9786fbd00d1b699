/** What stat(2) reports. `mode` holds type and permission bits; times are nanoseconds since the epoch. */
export interface Stat {
  dev: number;
  ino: number;
  mode: number;
  nlink: number;
  uid: number;
  gid: number;
  rdev: number;
  size: number;
  /** Allocated, in 512-byte units. */
  blocks: number;
  blksize: number;
  atimeNs: bigint;
  mtimeNs: bigint;
  ctimeNs: bigint;
  birthtimeNs: bigint;
}

/** statfs(2): sizes in blocks of `bsize` bytes. */
export interface StatFs {
  type: string;
  bsize: number;
  blocks: number;
  bfree: number;
  files: number;
  ffree: number;
}

/** One entry of a directory; `type` holds the S_IFMT bits. */
export interface DirEntry {
  name: string;
  ino: number;
  type: number;
}
