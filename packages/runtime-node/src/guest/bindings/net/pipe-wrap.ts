// Pipes: net.Socket on a descriptor, and UNIX sockets. Behaves as libuv's src/unix/pipe.c.

import type { Value } from "@agentos/kernel/channel/guest";
import type { NodeInternals } from "../../internals.ts";
import type { WriteRequest } from "../streams/stream-handle.ts";
import { UNIX } from "./addresses.ts";
import type { ConnectRequest, ListeningStreamClass } from "./listening-stream.ts";
import { announcesHandle, type PassedHandle, passHandle, takeHandle } from "./passed-handles.ts";
import type { Sockets } from "./sockets.ts";

/** The type of the handle for fork()'s channel. */
const IPC = 2;
const INVALID = -22;
/** The meaning of the modes of fchmod(). */
const READABLE = 1;
const WRITABLE = 2;
/** uv_pipe_bind() reports ENOENT as EACCES. */
const NO_ENTRY = -2;
const NO_ACCESS = -13;
/** The length of a name in bytes, including its closing NUL. Source: unix(7), sun_path. */
const LONGEST_NAME = 108;

const isTooLong = (path: string): boolean => Buffer.byteLength(path) >= LONGEST_NAME;

export function installPipe(node: NodeInternals, sockets: Sockets, Base: ListeningStreamClass): void {
  const { kernel } = sockets;

  class Pipe extends Base {
    readonly type: number;
    /** The last handle that came over this channel. */
    pendingHandle: object | null = null;
    #path = "";

    constructor(type: number) {
      super();
      this.type = type;
      this.isPosting = type === IPC;
    }

    override makeClient(): Pipe {
      return new Pipe(0);
    }

    override writeUtf8String(request: WriteRequest | null, text: string, handle?: PassedHandle): unknown {
      return this.#passThen(handle, () => super.writeUtf8String(request, text));
    }

    override writeBuffer(request: WriteRequest | null, data: Uint8Array, handle?: PassedHandle): unknown {
      return this.#passThen(handle, () => super.writeBuffer(request, data));
    }

    #passThen(handle: PassedHandle | undefined, write: () => unknown): unknown {
      if (!handle) return write();
      const errno = passHandle(kernel, this.descriptor, handle);
      return errno < 0 ? errno : write();
    }

    /** Set before the message that it came with is read: Node keeps the handle until it has that message. */
    override notice(name: string, args: readonly Value[]): void {
      const [data] = args;
      if (this.type === IPC && data instanceof Uint8Array && announcesHandle(data)) {
        this.pendingHandle ??= takeHandle(node, sockets, this.descriptor);
      }
      super.notice(name, args);
    }

    bind(path: string): number {
      if (this.descriptor >= 0 || isTooLong(path)) return INVALID;
      const errno = this.bindTo([UNIX, path, 0]);
      if (errno === NO_ENTRY) return NO_ACCESS;
      if (errno === 0 && !path.startsWith("\0")) this.#path = path;
      return errno;
    }

    listen(backlog: number): number {
      return this.listenOn(backlog);
    }

    connect(request: ConnectRequest, path: string): number {
      return isTooLong(path) ? INVALID : this.connectTo(request, [UNIX, path, 0]);
    }

    fchmod(mode: number): number {
      if (!this.#path) return INVALID;
      const bits = (mode & READABLE ? 0o444 : 0) | (mode & WRITABLE ? 0o222 : 0);
      return kernel.call("chmod", this.#path, 0o700 | bits).errno;
    }

    /** The name of a listening socket disappears with the socket. */
    override release(): void {
      if (this.#path) kernel.call("unlink", this.#path);
      super.release();
    }
  }
  node.binding("pipe_wrap").Pipe = Pipe;
}
