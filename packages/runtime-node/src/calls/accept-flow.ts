// A listening socket of a guest's event loop: each connection is accepted as it comes, and told.

import type { OpenFile, Process } from "@agentos/kernel";
import { ERRNO, isSysError, O_NONBLOCK, POLLIN, type SocketAddress, sysError } from "@agentos/kernel/abi";
import { type Proc, ProcessExit } from "@agentos/kernel/program";
import { addressFields } from "./address-fields.ts";
import type { Notify } from "./flow.ts";

/** The connection is lost and the next one comes. libuv: uv__emfile_trick() */
const CONNECTION_LOST = new Set(["EMFILE", "ENFILE"]);

export class AcceptFlow {
  readonly #proc: Proc;
  readonly #process: Process;
  readonly #fd: number;
  readonly #id: number;
  readonly #file: OpenFile;
  readonly #notify: Notify;
  readonly #stopListening: () => void;
  #isClosed = false;
  #isAccepting = false;

  /** @throws EBADF ENOTSOCK */
  constructor(proc: Proc, process: Process, fd: number, id: number, notify: Notify) {
    this.#proc = proc;
    this.#process = process;
    this.#fd = fd;
    this.#id = id;
    this.#notify = notify;
    this.#file = process.fds.get(fd);
    if (!this.#file.socket) throw sysError("ENOTSOCK");
    this.#file.flags |= O_NONBLOCK;
    this.#stopListening = this.#file.changed?.listen(() => this.#accept()) ?? (() => {});
    this.#accept();
  }

  close(): void {
    this.#isClosed = true;
    this.#stopListening();
  }

  /** Taking a connection wakes the queue again: it is then left to the loop that runs. */
  #accept(): void {
    const { fds } = this.#process;
    if (!fds.has(this.#fd) || fds.get(this.#fd) !== this.#file) this.close();
    if (this.#isAccepting) return;
    this.#isAccepting = true;
    try {
      while (!this.#isClosed && (this.#file.poll!() & POLLIN) !== 0) this.#acceptOne();
    } finally {
      this.#isAccepting = false;
    }
  }

  #acceptOne(): void {
    try {
      const accepted = this.#proc.accept(this.#fd);
      if (accepted instanceof Promise) accepted.then(this.#tell, this.#fail);
      else this.#tell(accepted);
    } catch (error) {
      this.#fail(error);
    }
  }

  readonly #tell = ({ fd, address }: { fd: number; address: SocketAddress }): void => {
    const own = this.#proc.getsockname(fd);
    this.#notify("connection", this.#id, fd, ...addressFields(address), ...addressFields(own));
  };

  readonly #fail = (error: unknown): void => {
    if (error instanceof ProcessExit) this.close();
    else if (!isSysError(error)) throw error;
    else if (CONNECTION_LOST.has(error.code)) this.#notify("connection", this.#id, -ERRNO[error.code]);
    else if (error.code !== "EAGAIN") this.close();
  };
}
