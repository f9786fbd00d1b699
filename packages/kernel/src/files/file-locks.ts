// Advisory locks on whole files. A lock belongs to an open file description and is released with its last descriptor.
// Source: flock(2).

import type { FileSystem, Inode } from "@agentos/vfs";
import { type MaybePromise, sysError } from "@agentos/vfs/abi";
import { WaitQueue, waitUntil } from "../wait-queue.ts";
import type { OpenFile, Task } from "./open-file.ts";

class FileLock {
  readonly holders = new Set<OpenFile>();
  exclusive = false;
  readonly changed = new WaitQueue();

  /** Takes the lock for `file` if nobody else's stands in the way. @returns whether it did */
  tryTake(file: OpenFile, exclusive: boolean): boolean {
    const others = this.holders.size - (this.holders.has(file) ? 1 : 0);
    if (others > 0 && (exclusive || this.exclusive)) return false;
    this.holders.add(file);
    this.exclusive = exclusive;
    return true;
  }
}

/** The locks of one VM. */
export class FileLocks {
  readonly #locks = new Map<FileSystem, Map<number, FileLock>>();

  /** @throws EAGAIN `now` is set and somebody else holds the lock · EINTR */
  acquire(file: OpenFile, exclusive: boolean, now: boolean, task: Task): MaybePromise<void> {
    const lock = this.#lockOf(file.inode!);
    // A conversion first gives up the lock that is held; as on Linux, it is not atomic.
    if (lock.holders.delete(file)) lock.changed.wake();
    if (lock.tryTake(file, exclusive)) return;
    if (now) throw sysError("EAGAIN");
    return waitUntil(lock.changed, task, () => lock.tryTake(file, exclusive) || undefined).then(() => {});
  }

  /** Called by LOCK_UN and at the last close. */
  release(file: OpenFile): void {
    if (this.#locks.size === 0 || !file.inode) return;
    const { fs, ino } = file.inode;
    const lock = this.#locks.get(fs)?.get(ino);
    if (!lock?.holders.delete(file)) return;
    lock.changed.wake();
    if (lock.holders.size === 0 && lock.changed.isEmpty) this.#forget(fs, ino);
  }

  #forget(fs: FileSystem, ino: number): void {
    const locks = this.#locks.get(fs)!;
    locks.delete(ino);
    if (locks.size === 0) this.#locks.delete(fs);
  }

  #lockOf({ fs, ino }: Inode): FileLock {
    let locks = this.#locks.get(fs);
    if (!locks) this.#locks.set(fs, (locks = new Map()));
    let lock = locks.get(ino);
    if (!lock) locks.set(ino, (lock = new FileLock()));
    return lock;
  }
}
