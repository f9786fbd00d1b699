// WASI's calls on paths: path_*. Each returns nothing, or throws a WasiError.

import {
  ALL_RIGHTS,
  DIRECTORY_RIGHTS,
  ERRNO,
  FDFLAG,
  FILE_RIGHTS,
  FILETYPE,
  filetypeOf,
  LOOKUP_FOLLOW,
  O,
  OFLAG,
  RIGHTS,
} from "./abi.ts";
import type { Descriptors } from "./descriptors.ts";
import { timesOf, writeFilestat } from "./file-calls.ts";
import type { GuestMemory } from "./guest-memory.ts";
import { WasiError } from "./wasi-error.ts";

const MODE = 1;
const FILE_MODE = 0o666;
const DIRECTORY_MODE = 0o777;

const READING = RIGHTS.FD_READ | RIGHTS.FD_READDIR;
const WRITING = RIGHTS.FD_DATASYNC | RIGHTS.FD_WRITE | RIGHTS.FD_ALLOCATE | RIGHTS.FD_FILESTAT_SET_SIZE;

export class PathCalls {
  readonly #open: Descriptors;
  readonly #memory: () => GuestMemory;

  constructor(open: Descriptors, memory: () => GuestMemory) {
    this.#open = open;
    this.#memory = memory;
  }

  #resolve(fd: number, path: number, length: number, follows = false): string {
    return this.#open.resolve(fd, this.#memory().text(path, length), follows) || "/";
  }

  #follow(fd: number, lookup: number, path: number, length: number): string {
    return this.#resolve(fd, path, length, (lookup & LOOKUP_FOLLOW) !== 0);
  }

  path_open(
    fd: number,
    lookup: number,
    path: number,
    length: number,
    oflags: number,
    rights: bigint,
    inheriting: bigint,
    fdflags: number,
    opened: number,
  ): void {
    const wanted = BigInt.asUintN(64, rights);
    const directory = this.#open.directory(fd);
    if ((wanted & ~directory.inheriting) !== 0n) throw new WasiError(ERRNO.NOTCAPABLE);
    const mayCreate = (oflags & OFLAG.CREAT) !== 0;
    const name = this.#memory().text(path, length);
    const real = this.#open.resolve(fd, name, (lookup & LOOKUP_FOLLOW) !== 0);
    const mustBeDirectory = (oflags & OFLAG.DIRECTORY) !== 0 || name.endsWith("/");
    const before = this.#open.call("statIfExists", real || "/") as Float64Array | undefined;
    const isDirectory = before !== undefined && filetypeOf(before[MODE]!) === FILETYPE.DIRECTORY;
    let number: number;
    if (isDirectory) {
      if (mayCreate && (oflags & OFLAG.EXCL) !== 0) throw new WasiError(ERRNO.EXIST);
      if ((wanted & RIGHTS.FD_WRITE) !== 0n) throw new WasiError(ERRNO.ISDIR);
      number = this.#open.add({
        fd: -1,
        filetype: FILETYPE.DIRECTORY,
        flags: fdflags,
        rights: wanted & DIRECTORY_RIGHTS,
        inheriting: BigInt.asUintN(64, inheriting) & ALL_RIGHTS,
        path: real,
        position: undefined,
      });
    } else {
      if (mustBeDirectory && (before || !mayCreate)) {
        throw new WasiError(before ? ERRNO.NOTDIR : ERRNO.NOENT);
      }
      number = this.#openFile(real, oflags, wanted, fdflags);
    }
    this.#memory().setU32(opened, number);
  }

  #openFile(path: string, oflags: number, rights: bigint, fdflags: number): number {
    const writes = (rights & WRITING) !== 0n || (fdflags & FDFLAG.APPEND) !== 0;
    const reads = (rights & READING) !== 0n;
    let flags: number = O.CLOEXEC | O.NOFOLLOW;
    if (writes) flags |= reads ? O.RDWR : O.WRONLY;
    if ((oflags & OFLAG.CREAT) !== 0) flags |= O.CREAT;
    if ((oflags & OFLAG.EXCL) !== 0) flags |= O.EXCL;
    if ((oflags & OFLAG.TRUNC) !== 0) flags |= O.TRUNC;
    if ((fdflags & FDFLAG.APPEND) !== 0) flags |= O.APPEND;
    const fd = this.#open.call("open", path, flags, FILE_MODE) as number;
    const filetype = filetypeOf((this.#open.call("fstat", fd) as Float64Array)[MODE]!);
    return this.#open.add({
      fd,
      filetype,
      flags: fdflags,
      rights: rights & FILE_RIGHTS,
      inheriting: 0n,
      path: "",
      position: filetype === FILETYPE.REGULAR_FILE ? 0n : undefined,
    });
  }

  path_create_directory(fd: number, path: number, length: number): void {
    this.#open.call("mkdir", this.#resolve(fd, path, length), DIRECTORY_MODE);
  }

  path_filestat_get(fd: number, lookup: number, path: number, length: number, at: number): void {
    const fields = this.#open.call("lstat", this.#follow(fd, lookup, path, length)) as Float64Array;
    writeFilestat(this.#memory(), at, fields);
  }

  path_filestat_set_times(
    fd: number,
    lookup: number,
    path: number,
    length: number,
    atime: bigint,
    mtime: bigint,
    flags: number,
  ): void {
    const file = this.#follow(fd, lookup, path, length);
    const times = timesOf(this.#open.call("lstat", file) as Float64Array, atime, mtime, flags);
    this.#open.call("lutimes", file, ...times);
  }

  path_link(
    fd: number,
    lookup: number,
    path: number,
    length: number,
    newFd: number,
    newPath: number,
    newLength: number,
  ): void {
    const existing = this.#follow(fd, lookup, path, length);
    this.#open.call("link", existing, this.#resolve(newFd, newPath, newLength));
  }

  path_readlink(fd: number, path: number, length: number, buffer: number, size: number, used: number): void {
    const target = this.#open.call("readlink", this.#resolve(fd, path, length)) as string;
    const bytes = new TextEncoder().encode(target).subarray(0, size >>> 0);
    this.#memory().bytes(buffer, bytes.length).set(bytes);
    this.#memory().setU32(used, bytes.length);
  }

  path_remove_directory(fd: number, path: number, length: number): void {
    this.#open.call("rmdir", this.#resolve(fd, path, length));
  }

  path_rename(
    fd: number,
    path: number,
    length: number,
    newFd: number,
    newPath: number,
    newLength: number,
  ): void {
    this.#open.call("rename", this.#resolve(fd, path, length), this.#resolve(newFd, newPath, newLength));
  }

  path_symlink(target: number, targetLength: number, fd: number, path: number, length: number): void {
    const text = this.#memory().text(target, targetLength);
    if (text.startsWith("/")) throw new WasiError(ERRNO.PERM);
    this.#open.call("symlink", text, this.#resolve(fd, path, length));
  }

  path_unlink_file(fd: number, path: number, length: number): void {
    this.#open.call("unlink", this.#resolve(fd, path, length));
  }
}
