// An open regular file or directory: a dentry and a position.

import type { Dentry, FileHandle, Inode, MountNamespace } from "@agentos/vfs";
import {
  andThen,
  type MaybePromise,
  O_APPEND,
  SEEK_CUR,
  SEEK_DATA,
  SEEK_END,
  SEEK_HOLE,
  SEEK_SET,
  type Stat,
  sysError,
} from "@agentos/vfs/abi";
import type { FileLocks } from "./file-locks.ts";
import type { OpenFile, PositionedFile } from "./open-file.ts";

/** What an open file needs of its VM. */
export interface FileHost {
  readonly namespace: MountNamespace;
  readonly locks: FileLocks;
}

export class InodeFile implements OpenFile, PositionedFile {
  flags: number;
  readonly dentry: Dentry;
  readonly #handle: FileHandle;
  readonly #host: FileHost;
  #offset = 0;
  /** The transfer in progress. Only one at a time may move the position. Linux: f_pos_lock. */
  #busy: Promise<unknown> | undefined;

  constructor(handle: FileHandle, flags: number, dentry: Dentry, host: FileHost) {
    this.#handle = handle;
    this.flags = flags;
    this.dentry = dentry;
    this.#host = host;
  }

  get name(): string {
    return this.#host.namespace.pathOf(this.dentry);
  }

  get inode(): Inode {
    return this.#handle.inode;
  }

  get positioned(): PositionedFile {
    return this;
  }

  stat(): MaybePromise<Stat> {
    return this.#handle.getattr ? this.#handle.getattr() : this.#handle.inode.getattr();
  }

  close(): MaybePromise<void> {
    this.#host.locks.release(this);
    return this.#handle.release();
  }

  read(into: Uint8Array): MaybePromise<number> {
    if (this.#busy) return this.#busy.then(() => this.read(into));
    const count = this.#handle.read(into, this.#offset);
    if (count instanceof Promise) return this.#hold(count.then((n) => this.#advance(n)));
    this.#offset += count;
    return count;
  }

  write(from: Uint8Array): MaybePromise<number> {
    if (this.#busy) return this.#busy.then(() => this.write(from));
    if (this.flags & O_APPEND) return this.#append(from);
    const count = this.#handle.write(from, this.#offset);
    if (count instanceof Promise) return this.#hold(count.then((n) => this.#wrote(this.#advance(n))));
    this.#offset += count;
    return this.#wrote(count);
  }

  #wrote(count: number): number {
    if (count > 0) this.#host.namespace.changed("modify", this.dentry);
    return count;
  }

  #append(from: Uint8Array): MaybePromise<number> {
    const end = this.#handle.append(from);
    const finish = (offset: number): number => {
      this.#offset = offset;
      return this.#wrote(from.length);
    };
    return end instanceof Promise ? this.#hold(end.then(finish)) : finish(end);
  }

  #advance(count: number): number {
    this.#offset += count;
    return count;
  }

  #hold(transfer: Promise<number>): Promise<number> {
    const free = (): void => {
      this.#busy = undefined;
    };
    this.#busy = transfer.then(free, free);
    return transfer;
  }

  pread(into: Uint8Array, offset: number): MaybePromise<number> {
    return this.#handle.read(into, offset);
  }

  /** As on Linux, pwrite() on a file with O_APPEND appends, whatever the offset. */
  pwrite(from: Uint8Array, offset: number): MaybePromise<number> {
    if (this.flags & O_APPEND) return andThen(this.#handle.append(from), () => this.#wrote(from.length));
    return andThen(this.#handle.write(from, offset), (count) => this.#wrote(count));
  }

  seek(offset: number, whence: number): MaybePromise<number> {
    if (whence === SEEK_SET) return this.#place(offset);
    if (whence === SEEK_CUR) return this.#place(this.#offset + offset);
    return andThen(this.stat(), ({ size }) => {
      if (whence === SEEK_END) return this.#place(size + offset);
      if (whence !== SEEK_DATA && whence !== SEEK_HOLE) throw sysError("EINVAL");
      if (offset < 0 || offset >= size) throw sysError("ENXIO");
      return this.#place(whence === SEEK_DATA ? offset : size);
    });
  }

  #place(offset: number): number {
    if (!Number.isSafeInteger(offset) || offset < 0) throw sysError("EINVAL");
    return (this.#offset = offset);
  }

  truncate(size: number): MaybePromise<void> {
    return andThen(this.inode.setattr({ size }), () => void this.#wrote(0));
  }

  sync(): MaybePromise<void> {
    return this.#handle.sync();
  }
}

/** An open directory, or a file opened with O_PATH: no data, but fstat, fchdir and fchmod work. */
export class PlaceFile implements OpenFile {
  flags: number;
  readonly dentry: Dentry;
  readonly #host: FileHost;

  constructor(flags: number, dentry: Dentry, host: FileHost) {
    this.flags = flags;
    this.dentry = dentry;
    this.#host = host;
  }

  get name(): string {
    return this.#host.namespace.pathOf(this.dentry);
  }

  get inode(): Inode {
    return this.dentry.inode;
  }

  stat(): MaybePromise<Stat> {
    return this.dentry.inode.getattr();
  }

  read(): never {
    throw sysError(this.dentry.isDirectory ? "EISDIR" : "EBADF");
  }

  close(): void {
    this.#host.locks.release(this);
  }
}
