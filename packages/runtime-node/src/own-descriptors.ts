// What belongs to one thread of a guest: the descriptors it has opened, and its blocked calls. They end with it,
// although its process goes on.

import type { OpenFile, Process, Wait } from "@agentos/kernel";
import { isSysError } from "@agentos/kernel/abi";
import { type Proc, ProcessExit } from "@agentos/kernel/program";

export class OwnDescriptors {
  /** The calls of the process, whose new descriptors become this thread's. */
  readonly proc: Proc;
  readonly #process: Process;
  readonly #files = new Map<number, OpenFile>();
  readonly #waits = new Set<Wait>();
  #hasEnded = false;

  constructor(process: Process) {
    this.#process = process;
    const proc = this.#endable(process.kernel.procOf(process));
    const keep = (fd: number): number => {
      this.#files.set(fd, process.fds.get(fd));
      return fd;
    };
    const later = <T>(result: T | Promise<T>, then: (value: T) => T): T | Promise<T> =>
      result instanceof Promise ? result.then(then) : then(result);
    const own: Partial<Proc> = {
      open: (path, flags, mode) => later(proc.open(path, flags, mode), keep),
      socket: (family, type) => keep(proc.socket(family, type)),
      socketpair: (type) => proc.socketpair(type).map(keep) as [number, number],
      accept: (fd) =>
        later(proc.accept(fd), (accepted) => {
          keep(accepted.fd);
          return accepted;
        }),
      close: (fd) => {
        this.#files.delete(fd);
        return proc.close(fd);
      },
    };
    this.proc = Object.create(proc, Object.getOwnPropertyDescriptors(own)) as Proc;
  }

  /** Wraps the calls that may block indefinitely, so that they can be ended. */
  #endable(proc: Proc): Proc {
    const own = <A extends unknown[], R>(call: (...args: A) => R): ((...args: A) => R) => {
      return (...args) => {
        if (this.#hasEnded) throw new ProcessExit(0);
        return this.#process.watchWaits(this.#waits, () => call.apply(proc, args));
      };
    };
    const calls: Partial<Proc> = {
      open: own(proc.open),
      read: own(proc.read),
      write: own(proc.write),
      accept: own(proc.accept),
      connect: own(proc.connect),
      poll: own(proc.poll),
    };
    return Object.create(proc, Object.getOwnPropertyDescriptors(calls)) as Proc;
  }

  endAll(): void {
    this.#hasEnded = true;
    for (const wait of [...this.#waits]) wait.interrupt(new ProcessExit(0));
    const { fds } = this.#process;
    for (const [fd, file] of this.#files) {
      // Another thread may have closed it, and its number may have been reused.
      if (fds.has(fd) && fds.get(fd) === file) void this.#close(fd);
    }
    this.#files.clear();
  }

  async #close(fd: number): Promise<void> {
    try {
      await this.#process.kernel.procOf(this.#process).close(fd);
    } catch (error) {
      if (!isSysError(error) && !(error instanceof ProcessExit)) throw error;
    }
  }
}
