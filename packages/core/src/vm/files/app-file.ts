// A file of any kind that the app opened in a VM, read or written from start to end. Calls complete at once where the
// file system's do.

import { type Kernel, type OpenFile, OutsideTask, openPath } from "@agentos/kernel";
import { andThen, type MaybePromise, O_APPEND, O_CREAT, O_TRUNC, sysError } from "@agentos/kernel/abi";
import type { Caller, FileHandle, MountNamespace, Opened } from "@agentos/vfs";

/** What the file calls need from a VM. */
export interface VmFiles {
  readonly kernel: Kernel;
  readonly namespace: MountNamespace;
  /** Root, as which the app acts. */
  readonly caller: Caller;
  /** The VM's user, who owns what the app creates. */
  readonly uid: number;
  readonly gid: number;
}

export interface AppFile {
  /** The size in its attributes; 0 for files without one, such as those in /proc. */
  readonly size: number;
  /** @returns the count, 0 at the end */
  read(into: Uint8Array): MaybePromise<number>;
  write(from: Uint8Array): MaybePromise<number>;
  seek(offset: number): void;
  close(): MaybePromise<void>;
}

/** @throws ENOENT EISDIR EACCES EROFS … */
export function openAppFile(vm: VmFiles, path: string, flags: number, mode = 0): MaybePromise<AppFile> {
  const { namespace, caller } = vm;
  return andThen(namespace.open(caller, path, flags, mode), (opened) => {
    const { handle, dentry, created } = opened;
    if (handle === undefined) return openSpecial(vm, opened, path, flags);
    const owned = created ? namespace.chownAt(caller, dentry, vm.uid, vm.gid) : undefined;
    return andThen(owned, () => regularFile(namespace, opened, handle, flags));
  });
}

function regularFile(
  namespace: MountNamespace,
  { inode, dentry }: Opened,
  handle: FileHandle,
  flags: number,
): MaybePromise<AppFile> {
  const append = (flags & O_APPEND) !== 0;
  const onChange = () => namespace.changed("modify", dentry);
  return andThen(inode.getattr(), ({ size }) => new RegularFile(handle, size, append, onChange));
}

/** Devices, FIFOs, terminals. */
function openSpecial(vm: VmFiles, { dentry }: Opened, path: string, flags: number): MaybePromise<AppFile> {
  if (dentry.isDirectory) throw sysError("EISDIR");
  const task = new OutsideTask();
  const opening = openPath(vm.kernel, vm.caller, path, flags & ~(O_CREAT | O_TRUNC), 0, task);
  return andThen(opening, (file) => new SpecialFile(file, task));
}

class SpecialFile implements AppFile {
  readonly size = 0;
  readonly #file: OpenFile;
  readonly #task: OutsideTask;

  constructor(file: OpenFile, task: OutsideTask) {
    this.#file = file;
    this.#task = task;
  }

  read(into: Uint8Array): MaybePromise<number> {
    if (!this.#file.read) throw sysError("EINVAL");
    return this.#file.read(into, this.#task);
  }

  write(from: Uint8Array): MaybePromise<number> {
    if (!this.#file.write) throw sysError("EINVAL");
    return this.#file.write(from, this.#task);
  }

  seek(): void {
    throw sysError("ESPIPE");
  }

  close(): MaybePromise<void> {
    this.#task.end();
    return this.#file.close();
  }
}

class RegularFile implements AppFile {
  readonly size: number;
  readonly #handle: FileHandle;
  readonly #append: boolean;
  readonly #onChange: () => void;
  #offset = 0;

  constructor(handle: FileHandle, size: number, append: boolean, onChange: () => void) {
    this.size = size;
    this.#handle = handle;
    this.#append = append;
    this.#onChange = onChange;
  }

  read(into: Uint8Array): MaybePromise<number> {
    return andThen(this.#handle.read(into, this.#offset), (count) => {
      this.#offset += count;
      return count;
    });
  }

  write(from: Uint8Array): MaybePromise<number> {
    const written = this.#append
      ? andThen(this.#handle.append(from), () => from.length)
      : this.#handle.write(from, this.#offset);
    return andThen(written, (count) => {
      this.#offset += count;
      this.#onChange();
      return count;
    });
  }

  seek(offset: number): void {
    this.#offset = offset;
  }

  close(): MaybePromise<void> {
    return this.#handle.release();
  }
}

/** Runs `use` on an open file, and then closes it in any case. */
export function using<T>(file: AppFile, use: () => MaybePromise<T>): MaybePromise<T> {
  let result: MaybePromise<T>;
  try {
    result = use();
  } catch (error) {
    void file.close();
    throw error;
  }
  if (!(result instanceof Promise)) {
    const value = result;
    return andThen(file.close(), () => value);
  }
  return result.finally(() => file.close());
}
