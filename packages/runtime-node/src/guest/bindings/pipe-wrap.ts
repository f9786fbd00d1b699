// Pipes: net.Socket on a descriptor, and UNIX sockets. Source: libuv src/unix/pipe.c by its behaviour.

import type { NodeInternals } from "../internals.ts";
import type { ConnectRequest, ListeningStreamClass } from "./listening-stream.ts";
import type { Sockets } from "./socket-stream.ts";

const UNIX = 1;
/** The type of fork()'s channel. */
const IPC = 2;
const INVALID = -22;
/** What fchmod's modes stand for. */
const READABLE = 1;
const WRITABLE = 2;

export function installPipe(node: NodeInternals, sockets: Sockets, Base: ListeningStreamClass): void {
  const { kernel } = sockets;

  class Pipe extends Base {
    readonly type: number;
    #path = "";

    constructor(type: number) {
      super();
      this.type = type;
      this.isPosting = type === IPC;
    }

    override makeClient(): Pipe {
      return new Pipe(0);
    }

    bind(path: string): number {
      if (this.descriptor >= 0) return INVALID;
      const errno = this.bindTo([UNIX, path, 0]);
      if (errno === 0 && !path.startsWith("\0")) this.#path = path;
      return errno;
    }

    listen(backlog: number): number {
      return this.listenOn(backlog);
    }

    connect(request: ConnectRequest, path: string): number {
      return this.connectTo(request, [UNIX, path, 0]);
    }

    fchmod(mode: number): number {
      if (!this.#path) return INVALID;
      const bits = (mode & READABLE ? 0o444 : 0) | (mode & WRITABLE ? 0o222 : 0);
      return kernel.call("chmod", this.#path, 0o700 | bits).errno;
    }

    /** The name of a listening socket goes with it. */
    override release(): void {
      if (this.#path) kernel.call("unlink", this.#path);
      super.release();
    }
  }
  node.binding("pipe_wrap").Pipe = Pipe;
}
