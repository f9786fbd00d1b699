// A socket of a guest that is read whenever it is ready: for connections or datagrams.

import type { OpenFile, Process } from "@agentos/kernel";
import { O_NONBLOCK, POLLIN, sysError } from "@agentos/kernel/abi";

export abstract class ReadableSocket {
  protected readonly process: Process;
  protected readonly fd: number;
  protected readonly file: OpenFile;
  #stopListening: (() => void) | undefined;
  #isTaking = false;
  #isClosed = false;

  /** @throws EBADF ENOTSOCK */
  constructor(process: Process, fd: number) {
    this.process = process;
    this.fd = fd;
    this.file = process.fds.get(fd);
    if (!this.file.socket) throw sysError("ENOTSOCK");
    this.file.flags |= O_NONBLOCK;
  }

  /** Takes one connection or datagram without waiting, and notifies the guest. */
  protected abstract takeOne(): void;

  /** Whether the guest accepts more. */
  protected get isWanted(): boolean {
    return true;
  }

  /** Takes what is there, and from then on whatever comes. `onNews` is called when something has come. */
  protected start(onNews: () => void = () => this.take()): void {
    this.#stopListening = this.file.changed?.listen(onNews);
    this.take();
  }

  close(): void {
    this.#isClosed = true;
    this.#stopListening?.();
  }

  /** Taking may wake the queue again, which is then left to the loop that is already running. */
  protected take(): void {
    const { fds } = this.process;
    if (!fds.has(this.fd) || fds.get(this.fd) !== this.file) this.close();
    if (this.#isTaking) return;
    this.#isTaking = true;
    try {
      while (!this.#isClosed && this.isWanted && (this.file.poll!() & POLLIN) !== 0) this.takeOne();
    } finally {
      this.#isTaking = false;
    }
  }
}
