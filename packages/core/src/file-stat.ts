// stat(2) and directory entries with the names that Node gives them.

import {
  isBlockDevice,
  isCharDevice,
  isDirectory,
  isFifo,
  isRegular,
  isSocket,
  isSymlink,
  type Stat,
} from "@agentos/kernel/abi";

/** Predicates on the S_IFMT bits, as in fs.Stats and fs.Dirent. */
abstract class Typed {
  protected abstract get typeBits(): number;

  isFile(): boolean {
    return isRegular(this.typeBits);
  }

  isDirectory(): boolean {
    return isDirectory(this.typeBits);
  }

  isSymbolicLink(): boolean {
    return isSymlink(this.typeBits);
  }

  isFIFO(): boolean {
    return isFifo(this.typeBits);
  }

  isSocket(): boolean {
    return isSocket(this.typeBits);
  }

  isCharacterDevice(): boolean {
    return isCharDevice(this.typeBits);
  }

  isBlockDevice(): boolean {
    return isBlockDevice(this.typeBits);
  }
}

const ms = (ns: bigint): number => Number(ns) / 1e6;

/** As fs.Stats: `mode` holds type and permission bits; times are also given in nanoseconds. */
export class FileStat extends Typed {
  readonly dev: number;
  readonly ino: number;
  readonly mode: number;
  readonly nlink: number;
  readonly uid: number;
  readonly gid: number;
  readonly rdev: number;
  readonly size: number;
  readonly blksize: number;
  /** Allocated space in 512-byte units. */
  readonly blocks: number;
  readonly atimeNs: bigint;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
  readonly birthtimeNs: bigint;
  readonly atimeMs: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly birthtimeMs: number;

  constructor(stat: Stat) {
    super();
    this.dev = stat.dev;
    this.ino = stat.ino;
    this.mode = stat.mode;
    this.nlink = stat.nlink;
    this.uid = stat.uid;
    this.gid = stat.gid;
    this.rdev = stat.rdev;
    this.size = stat.size;
    this.blksize = stat.blksize;
    this.blocks = stat.blocks;
    this.atimeNs = stat.atimeNs;
    this.mtimeNs = stat.mtimeNs;
    this.ctimeNs = stat.ctimeNs;
    this.birthtimeNs = stat.birthtimeNs;
    this.atimeMs = ms(stat.atimeNs);
    this.mtimeMs = ms(stat.mtimeNs);
    this.ctimeMs = ms(stat.ctimeNs);
    this.birthtimeMs = ms(stat.birthtimeNs);
  }

  protected get typeBits(): number {
    return this.mode;
  }

  get atime(): Date {
    return new Date(this.atimeMs);
  }

  get mtime(): Date {
    return new Date(this.mtimeMs);
  }

  get ctime(): Date {
    return new Date(this.ctimeMs);
  }

  get birthtime(): Date {
    return new Date(this.birthtimeMs);
  }
}

/** As fs.Dirent. */
export class DirectoryEntry extends Typed {
  readonly name: string;
  /** The directory that contains it. */
  readonly parentPath: string;
  readonly #type: number;

  /** @param relative the path below `directory` */
  constructor(directory: string, relative: string, type: number) {
    super();
    const full = `${directory.replace(/\/+$/, "")}/${relative}`;
    const slash = full.lastIndexOf("/");
    this.name = full.slice(slash + 1);
    this.parentPath = full.slice(0, slash) || "/";
    this.#type = type;
  }

  get path(): string {
    return `${this.parentPath === "/" ? "" : this.parentPath}/${this.name}`;
  }

  protected get typeBits(): number {
    return this.#type;
  }
}
