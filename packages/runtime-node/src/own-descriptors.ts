// The descriptors that one thread of a guest has opened: they are closed when it ends, though its process goes on.

import type { OpenFile, Process } from "@agentos/kernel";
import { isSysError } from "@agentos/kernel/abi";
import { type Proc, ProcessExit } from "@agentos/kernel/program";

export class OwnDescriptors {
  /** The calls of the process; what they open is this thread's. */
  readonly proc: Proc;
  readonly #process: Process;
  readonly #files = new Map<number, OpenFile>();

  constructor(process: Process) {
    this.#process = process;
    const proc = process.kernel.procOf(process);
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

  closeAll(): void {
    const { fds } = this.#process;
    for (const [fd, file] of this.#files) {
      // Another thread may have closed it, and something else have its number.
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
