// A datagram socket on which a guest listens: each datagram becomes a notice. Only a few are under way; others wait in
// the socket.

import type { Process } from "@agentos/kernel";
import { ERRNO, isSysError } from "@agentos/kernel/abi";
import { addressFields } from "./address-fields.ts";
import type { Notify } from "./flow.ts";
import { ReadableSocket } from "./readable-socket.ts";

const MOST_WAITING = 64;
/** Shared by all sockets: a datagram is sent on before the next one is read. */
const scratch = new Uint8Array(65_536);

export class DatagramFlow extends ReadableSocket {
  readonly #id: number;
  readonly #notify: Notify;
  #credit = MOST_WAITING;

  /** @throws EBADF ENOTSOCK */
  constructor(process: Process, fd: number, id: number, notify: Notify) {
    super(process, fd);
    this.#id = id;
    this.#notify = notify;
    // Deferred: a program that sends to itself must learn that it has sent before it learns what has come.
    this.start(() => queueMicrotask(() => this.take()));
  }

  /** The guest has handled this many more. */
  taken(count: number): void {
    this.#credit = Math.min(this.#credit + count, MOST_WAITING);
    this.take();
  }

  protected override get isWanted(): boolean {
    return this.#credit > 0;
  }

  protected override takeOne(): void {
    this.#credit--;
    try {
      const received = this.file.socket!.receiveFrom(scratch, this.process);
      if (received instanceof Promise) return;
      const { count, address } = received;
      this.#notify("datagram", this.#id, scratch.subarray(0, count), ...addressFields(address));
    } catch (error) {
      if (!isSysError(error)) throw error;
      this.#notify("datagram", this.#id, -ERRNO[error.code]);
    }
  }
}
