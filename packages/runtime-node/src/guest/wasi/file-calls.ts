// WASI's calls on open files: fd_*. Each returns nothing, or throws a WasiError.

import { DIRENT_FILETYPES, ERRNO, FDFLAG, FILETYPE, FSTFLAG, filetypeOf, RIGHTS } from "./abi.ts";
import type { Descriptor, Descriptors } from "./descriptors.ts";
import type { GuestMemory } from "./guest-memory.ts";
import { WasiError } from "./wasi-error.ts";

// Indexes of fields in the stat array.
const [DEV, MODE, NLINK, INO, SIZE] = [0, 1, 2, 7, 8] as const;
const [ATIME, MTIME, CTIME] = [10, 12, 14] as const;

const NS = 1_000_000_000n;
const DIRENT_SIZE = 24;
const [SEEK_SET, SEEK_CUR, SEEK_END] = [0, 1, 2];
const encoder = new TextEncoder();

export function writeFilestat(memory: GuestMemory, at: number, fields: Float64Array): void {
  const time = (field: number): bigint => BigInt(fields[field]!) * NS + BigInt(fields[field + 1]!);
  memory.setU64(at, BigInt(fields[DEV]!));
  memory.setU64(at + 8, BigInt(fields[INO]!));
  memory.setU64(at + 16, BigInt(filetypeOf(fields[MODE]!)));
  memory.setU64(at + 24, BigInt(fields[NLINK]!));
  memory.setU64(at + 32, BigInt(fields[SIZE]!));
  memory.setU64(at + 40, time(ATIME));
  memory.setU64(at + 48, time(MTIME));
  memory.setU64(at + 56, time(CTIME));
}

/** Times in seconds, as the kernel takes them: the given ones, the current time, or the unchanged ones. */
export function timesOf(fields: Float64Array, atime: bigint, mtime: bigint, flags: number): [number, number] {
  const pick = (field: number, given: bigint, set: number, now: number): number => {
    if ((flags & set) !== 0 && (flags & now) !== 0) throw new WasiError(ERRNO.INVAL);
    if ((flags & now) !== 0) return Date.now() / 1000;
    return (flags & set) !== 0 ? Number(given) / 1e9 : fields[field]! + fields[field + 1]! / 1e9;
  };
  return [
    pick(ATIME, atime, FSTFLAG.ATIM, FSTFLAG.ATIM_NOW),
    pick(MTIME, mtime, FSTFLAG.MTIM, FSTFLAG.MTIM_NOW),
  ];
}

export class FileCalls {
  readonly #open: Descriptors;
  readonly #memory: () => GuestMemory;

  constructor(open: Descriptors, memory: () => GuestMemory) {
    this.#open = open;
    this.#memory = memory;
  }

  #stat(descriptor: Descriptor): Float64Array {
    const { fd, path } = descriptor;
    return (fd < 0 ? this.#open.call("stat", path || "/") : this.#open.call("fstat", fd)) as Float64Array;
  }

  // ── reading and writing ──────────────────────────────────────────────

  #read(descriptor: Descriptor, vectors: number, count: number, at: bigint | undefined): number {
    const targets = this.#memory().vectors(vectors, count);
    const length = targets.reduce((sum, target) => sum + target.length, 0);
    if (descriptor.fd < 0) throw new WasiError(ERRNO.ISDIR);
    const position = at === undefined ? -1 : Number(at);
    let rest = this.#open.call("read", descriptor.fd, length, position) as Uint8Array;
    const total = rest.length;
    for (const target of targets) {
      target.set(rest.subarray(0, target.length));
      rest = rest.subarray(target.length);
    }
    return total;
  }

  #write(descriptor: Descriptor, vectors: number, count: number, at: bigint | undefined): number {
    const data = Buffer.concat(this.#memory().vectors(vectors, count));
    if (descriptor.fd < 0) throw new WasiError(ERRNO.ISDIR);
    const position = at === undefined || (descriptor.flags & FDFLAG.APPEND) !== 0 ? -1 : Number(at);
    return this.#open.call("write", descriptor.fd, data, position) as number;
  }

  fd_read(fd: number, vectors: number, count: number, read: number): void {
    const descriptor = this.#open.allowed(fd, RIGHTS.FD_READ);
    this.#memory().setU32(read, 0);
    const total = this.#read(descriptor, vectors, count, descriptor.position);
    if (descriptor.position !== undefined) descriptor.position += BigInt(total);
    this.#memory().setU32(read, total);
  }

  fd_pread(fd: number, vectors: number, count: number, at: bigint, read: number): void {
    const descriptor = this.#open.allowed(fd, RIGHTS.FD_READ | RIGHTS.FD_SEEK);
    this.#memory().setU32(read, this.#read(descriptor, vectors, count, at));
  }

  fd_write(fd: number, vectors: number, count: number, written: number): void {
    const descriptor = this.#open.allowed(fd, RIGHTS.FD_WRITE);
    // Fails before anything is written if the result cannot be stored.
    this.#memory().setU32(written, 0);
    const total = this.#write(descriptor, vectors, count, descriptor.position);
    if (descriptor.position !== undefined) {
      const isAppending = (descriptor.flags & FDFLAG.APPEND) !== 0;
      descriptor.position = isAppending
        ? BigInt(this.#stat(descriptor)[SIZE]!)
        : descriptor.position + BigInt(total);
    }
    this.#memory().setU32(written, total);
  }

  fd_pwrite(fd: number, vectors: number, count: number, at: bigint, written: number): void {
    const descriptor = this.#open.allowed(fd, RIGHTS.FD_WRITE | RIGHTS.FD_SEEK);
    this.#memory().setU32(written, this.#write(descriptor, vectors, count, at));
  }

  fd_seek(fd: number, offset: bigint, whence: number, result: number): void {
    const isTold = whence === SEEK_CUR && offset === 0n;
    const descriptor = this.#open.allowed(fd, isTold ? RIGHTS.FD_TELL : RIGHTS.FD_SEEK);
    if (descriptor.position === undefined) throw new WasiError(ERRNO.SPIPE);
    const bases = new Map([
      [SEEK_SET, 0n],
      [SEEK_CUR, descriptor.position],
      [SEEK_END, BigInt(this.#stat(descriptor)[SIZE]!)],
    ]);
    const base = bases.get(whence);
    if (base === undefined || base + offset < 0n) throw new WasiError(ERRNO.INVAL);
    descriptor.position = base + offset;
    this.#memory().setU64(result, descriptor.position);
  }

  fd_tell(fd: number, result: number): void {
    this.fd_seek(fd, 0n, SEEK_CUR, result);
  }

  // ── what is open ─────────────────────────────────────────────────────

  fd_close(fd: number): void {
    this.#open.close(fd);
  }

  fd_renumber(from: number, to: number): void {
    this.#open.renumber(from, to);
  }

  fd_fdstat_get(fd: number, at: number): void {
    const { filetype, flags, rights, inheriting } = this.#open.get(fd);
    const memory = this.#memory();
    memory.setU8(at, filetype);
    memory.setU16(at + 2, flags);
    memory.setU64(at + 8, rights);
    memory.setU64(at + 16, inheriting);
  }

  fd_fdstat_set_flags(fd: number, flags: number): void {
    const descriptor = this.#open.get(fd);
    // The VM's descriptor keeps the flags it was opened with, so that O_APPEND cannot be changed.
    if (((descriptor.flags ^ flags) & FDFLAG.APPEND) !== 0) throw new WasiError(ERRNO.NOTSUP);
    descriptor.flags = flags;
  }

  fd_fdstat_set_rights(fd: number, rights: bigint, inheriting: bigint): void {
    const descriptor = this.#open.get(fd);
    const [base, inherited] = [BigInt.asUintN(64, rights), BigInt.asUintN(64, inheriting)];
    if ((descriptor.rights | base) !== descriptor.rights) throw new WasiError(ERRNO.NOTCAPABLE);
    if ((descriptor.inheriting | inherited) !== descriptor.inheriting) throw new WasiError(ERRNO.NOTCAPABLE);
    descriptor.rights = base;
    descriptor.inheriting = inherited;
  }

  fd_filestat_get(fd: number, at: number): void {
    writeFilestat(this.#memory(), at, this.#stat(this.#open.get(fd)));
  }

  fd_filestat_set_size(fd: number, size: bigint): void {
    this.#open.call("ftruncate", this.#open.allowed(fd, RIGHTS.FD_FILESTAT_SET_SIZE).fd, Number(size));
  }

  fd_filestat_set_times(fd: number, atime: bigint, mtime: bigint, flags: number): void {
    const descriptor = this.#open.get(fd);
    const times = timesOf(this.#stat(descriptor), atime, mtime, flags);
    if (descriptor.fd < 0) this.#open.call("utimes", descriptor.path || "/", ...times);
    else this.#open.call("futimes", descriptor.fd, ...times);
  }

  fd_allocate(fd: number, offset: bigint, length: bigint): void {
    const descriptor = this.#open.allowed(fd, RIGHTS.FD_ALLOCATE);
    const end = Number(offset + length);
    if (end > this.#stat(descriptor)[SIZE]!) this.#open.call("ftruncate", descriptor.fd, end);
  }

  fd_advise(fd: number): void {
    this.#open.file(fd);
  }

  fd_sync(fd: number): void {
    const { fd: own } = this.#open.get(fd);
    if (own >= 0) this.#open.call("fsync", own);
  }

  fd_datasync(fd: number): void {
    this.fd_sync(fd);
  }

  // ── directories ──────────────────────────────────────────────────────

  fd_prestat_get(fd: number, at: number): void {
    const { preopen } = this.#open.get(fd);
    if (preopen === undefined) throw new WasiError(ERRNO.INVAL);
    this.#memory().setU32(at, 0);
    this.#memory().setU32(at + 4, encoder.encode(preopen).length);
  }

  fd_prestat_dir_name(fd: number, at: number, length: number): void {
    const { preopen } = this.#open.get(fd);
    if (preopen === undefined) throw new WasiError(ERRNO.BADF);
    const name = encoder.encode(preopen);
    if (name.length > length >>> 0) throw new WasiError(ERRNO.NOBUFS);
    this.#memory().bytes(at, name.length).set(name);
  }

  /** Fills the buffer, cutting the last entry if necessary. The program goes on from the last cookie it has. */
  fd_readdir(fd: number, buffer: number, length: number, cookie: bigint, used: number): void {
    const directory = this.#open.directory(fd);
    if (cookie === 0n || !directory.entries) {
      const [names, types] = this.#open.call("readdir", directory.path || "/") as [string[], Uint8Array];
      directory.entries = names.map((name, i) => [name, DIRENT_FILETYPES[types[i]!] ?? FILETYPE.UNKNOWN]);
    }
    const memory = this.#memory();
    const target = memory.bytes(buffer, length);
    let at = 0;
    for (let i = Number(cookie); i < directory.entries.length && at < target.length; i++) {
      const [name, type] = directory.entries[i]!;
      const encoded = encoder.encode(name);
      const entry = new Uint8Array(DIRENT_SIZE + encoded.length);
      const view = new DataView(entry.buffer);
      view.setBigUint64(0, BigInt(i + 1), true);
      view.setUint32(16, encoded.length, true);
      view.setUint8(20, type);
      entry.set(encoded, DIRENT_SIZE);
      const part = entry.subarray(0, target.length - at);
      target.set(part, at);
      at += part.length;
    }
    memory.setU32(used, at);
  }
}
