// A datagram socket that a guest listens on: each datagram is a notice; a few at a time, the others wait in the socket.

import type { OpenFile, Process } from "@agentos/kernel";
import { ERRNO, isSysError, O_NONBLOCK, POLLIN, sysError } from "@agentos/kernel/abi";
import { addressFields } from "./address-fields.ts";
import type { Notify } from "./flow.ts";

const MOST_WAITING = 64;
/** Shared by all: a datagram is told before the next one is read. */
const scratch = new Uint8Array(65_536);

export class DatagramFlow {
  readonly #process: Process;
  readonly #fd: number;
  readonly #id: number;
  readonly #file: OpenFile;
  readonly #notify: Notify;
  readonly #stopListening: () => void;
  #credit = MOST_WAITING;
  #isReceiving = false;
  #isClosed = false;

  /** @throws EBADF ENOTSOCK */
  constructor(process: Process, fd: number, id: number, notify: Notify) {
    this.#process = process;
    this.#fd = fd;
    this.#id = id;
    this.#notify = notify;
    this.#file = process.fds.get(fd);
    if (!this.#file.socket) throw sysError("ENOTSOCK");
    this.#file.flags |= O_NONBLOCK;
    // A moment later: whoever sends to itself is told that it has sent before it is told what has come.
    this.#stopListening =
      this.#file.changed?.listen(() => queueMicrotask(() => this.#receive())) ?? (() => {});
    this.#receive();
  }

  /** The guest has handled that many. */
  taken(count: number): void {
    this.#credit = Math.min(this.#credit + count, MOST_WAITING);
    this.#receive();
  }

  close(): void {
    this.#isClosed = true;
    this.#stopListening();
  }

  #receive(): void {
    const { fds } = this.#process;
    if (!fds.has(this.#fd) || fds.get(this.#fd) !== this.#file) this.close();
    if (this.#isReceiving) return;
    this.#isReceiving = true;
    try {
      while (!this.#isClosed && this.#credit > 0 && (this.#file.poll!() & POLLIN) !== 0) this.#receiveOne();
    } finally {
      this.#isReceiving = false;
    }
  }

  #receiveOne(): void {
    this.#credit--;
    try {
      const received = this.#file.socket!.receiveFrom(scratch, this.#process);
      if (received instanceof Promise) return;
      const { count, address } = received;
      this.#notify("datagram", this.#id, scratch.subarray(0, count), ...addressFields(address));
    } catch (error) {
      if (!isSysError(error)) throw error;
      this.#notify("datagram", this.#id, -ERRNO[error.code]);
    }
  }
}
