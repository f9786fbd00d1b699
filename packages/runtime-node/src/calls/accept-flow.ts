// A listening socket of a guest's event loop: each connection is accepted as it comes, and reported by a notice.

import type { Process } from "@agentos/kernel";
import { ERRNO, isSysError, type SocketAddress } from "@agentos/kernel/abi";
import { type Proc, ProcessExit } from "@agentos/kernel/program";
import { addressFields } from "./address-fields.ts";
import type { Notify } from "./flow.ts";
import { ReadableSocket } from "./readable-socket.ts";

/** Errors after which the connection is dropped and the next one accepted. libuv: uv__emfile_trick() */
const CONNECTION_LOST = new Set(["EMFILE", "ENFILE"]);

export class AcceptFlow extends ReadableSocket {
  readonly #proc: Proc;
  readonly #id: number;
  readonly #notify: Notify;

  /** @throws EBADF ENOTSOCK */
  constructor(proc: Proc, process: Process, fd: number, id: number, notify: Notify) {
    super(process, fd);
    this.#proc = proc;
    this.#id = id;
    this.#notify = notify;
    this.start();
  }

  protected override takeOne(): void {
    try {
      const accepted = this.#proc.accept(this.fd);
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
