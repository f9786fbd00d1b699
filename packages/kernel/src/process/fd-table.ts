// A process's descriptors. Several descriptors, also of several processes, may share one open file description, which is
// closed with the last of them.

import { isSysError, type MaybePromise, sysError } from "@agentos/vfs/abi";
import type { OpenFile } from "../files/open-file.ts";
import { WARN_AT } from "../limits.ts";

/** An open file and the number of descriptors that refer to it. */
export class Description {
  readonly file: OpenFile;
  references = 0;

  constructor(file: OpenFile) {
    this.file = file;
  }

  release(): MaybePromise<void> {
    if (--this.references === 0) return this.file.close();
  }
}

export class FdTable {
  #slots: (Description | undefined)[] = [];
  /** Descriptors that exec closes. */
  #cloexec: Set<number> | undefined;
  /** RLIMIT_NOFILE, the soft limit. */
  limit: number;
  readonly #warn: (used: number, limit: number) => void;

  /** @param warn called when 80 % of the limit is reached */
  constructor(limit: number, warn: (used: number, limit: number) => void = () => {}) {
    this.limit = limit;
    this.#warn = warn;
  }

  /** @throws EBADF */
  get(fd: number): OpenFile {
    const description = this.#slots[fd];
    if (description === undefined) throw sysError("EBADF");
    return description.file;
  }

  description(fd: number): Description {
    const description = this.#slots[fd];
    if (description === undefined) throw sysError("EBADF");
    return description;
  }

  has(fd: number): boolean {
    return this.#slots[fd] !== undefined;
  }

  /** Gives a file the lowest free descriptor ≥ `min`. @throws EMFILE, and leaves the file open */
  add(file: OpenFile, cloexec = false, min = 0): number {
    return this.addDescription(new Description(file), cloexec, min);
  }

  /** Gives both files a descriptor, or neither and closes both. @throws EMFILE */
  addPair(first: OpenFile, second: OpenFile, cloexec = false): [number, number] {
    let one: number | undefined;
    try {
      one = this.add(first, cloexec);
      return [one, this.add(second, cloexec)];
    } catch (error) {
      if (one === undefined) void first.close();
      else void this.close(one);
      void second.close();
      throw error;
    }
  }

  addDescription(description: Description, cloexec = false, min = 0): number {
    let fd = min;
    while (this.#slots[fd] !== undefined) fd++;
    if (fd >= this.limit) throw sysError("EMFILE");
    this.#put(fd, description, cloexec);
    if (fd + 1 === Math.ceil(this.limit * WARN_AT)) this.#warn(fd + 1, this.limit);
    return fd;
  }

  /** Makes `fd` refer to the description, closing what it referred to. @throws EBADF beyond the limit */
  place(fd: number, description: Description, cloexec = false): MaybePromise<void> {
    if (fd < 0 || fd >= this.limit) throw sysError("EBADF");
    const old = this.#slots[fd];
    this.#put(fd, description, cloexec);
    return old?.release();
  }

  #put(fd: number, description: Description, cloexec: boolean): void {
    description.references++;
    while (this.#slots.length < fd) this.#slots.push(undefined);
    this.#slots[fd] = description;
    this.setCloexec(fd, cloexec);
  }

  close(fd: number): MaybePromise<void> {
    const description = this.description(fd);
    this.#slots[fd] = undefined;
    this.#cloexec?.delete(fd);
    return description.release();
  }

  getCloexec(fd: number): boolean {
    this.get(fd);
    return this.#cloexec?.has(fd) ?? false;
  }

  setCloexec(fd: number, on: boolean): void {
    this.get(fd);
    if (on) (this.#cloexec ??= new Set()).add(fd);
    else this.#cloexec?.delete(fd);
  }

  /** Open descriptors, ascending. */
  list(): number[] {
    const fds: number[] = [];
    this.#slots.forEach((description, fd) => {
      if (description) fds.push(fd);
    });
    return fds;
  }

  /** A table with the same limit and no descriptors. */
  empty(): FdTable {
    return new FdTable(this.limit, this.#warn);
  }

  /** A copy that shares the descriptions. With `inherited`, without those that exec would close. */
  copy(inherited = false): FdTable {
    const table = this.empty();
    table.#slots = this.#slots.slice();
    if (this.#cloexec?.size) {
      if (inherited) for (const fd of this.#cloexec) table.#slots[fd] = undefined;
      else table.#cloexec = new Set(this.#cloexec);
    }
    for (const description of table.#slots) if (description) description.references++;
    return table;
  }

  /** Closes what exec closes. */
  closeOnExec(): void {
    if (!this.#cloexec) return;
    for (const fd of [...this.#cloexec]) void unheard(() => this.close(fd));
  }

  /** Closes all descriptors. Answers with a promise, which never rejects, if that takes time. */
  closeAll(): MaybePromise<void> {
    const slots = this.#slots;
    this.#slots = [];
    this.#cloexec = undefined;
    const closing: Promise<void>[] = [];
    for (const description of slots) {
      const closed = description && unheard(() => description.release());
      if (closed) closing.push(closed);
    }
    if (closing.length > 0) return Promise.all(closing).then(() => {});
  }
}

/** Closes a file when nobody is left to hear that this failed. */
function unheard(close: () => MaybePromise<void>): MaybePromise<void> {
  try {
    const closed = close();
    return closed instanceof Promise ? closed.catch(passOver) : closed;
  } catch (error) {
    passOver(error);
  }
}

function passOver(error: unknown): void {
  if (!isSysError(error)) throw error;
}
