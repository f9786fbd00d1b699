// What TCP and pipe handles add to streams: listening and connecting. Source: libuv src/unix/tcp.c, pipe.c.

import type { Value } from "@agentos/kernel/channel/guest";
import { type Address, UNIX } from "./addresses.ts";
import type { SocketStreamClass } from "./socket-stream.ts";
import type { Sockets } from "./sockets.ts";

/** TCPConnectWrap and PipeConnectWrap. */
export interface ConnectRequest {
  oncomplete(status: number, handle: unknown, request: unknown, readable: boolean, writable: boolean): void;
}

export type ListeningStreamClass = ReturnType<typeof createListeningStreamClass>;

const ADDRESS_IN_USE = -98;
const INVALID = -22;
const STREAM = 1;
export const SO_REUSEPORT = 15;

export function createListeningStreamClass(sockets: Sockets, Base: SocketStreamClass) {
  const { kernel } = sockets;

  return class ListeningStream extends Base {
    onconnection: ((status: number, client?: unknown) => void) | undefined;
    #listening = 0;
    /** The number of the connection in progress; 0: none. */
    connecting = 0;
    /** libuv reports an address in use not in bind, but in the operation that follows. */
    #delayedError = 0;
    /** The local address, if it is known. */
    ownName: readonly Value[] | undefined;
    peerName: readonly Value[] | undefined;

    override get isBusy(): boolean {
      return super.isBusy || this.#listening !== 0 || this.connecting !== 0;
    }

    bindTo(address: Address, sharesPort = false): number {
      if (this.descriptor < 0) {
        const { errno, value } = kernel.call("socket", address[0], STREAM);
        if (errno < 0) return errno;
        this.open(value as number);
      }
      if (sharesPort) kernel.call("setSocketOption", this.descriptor, SO_REUSEPORT, 1);
      const { errno } = kernel.call("bind", this.descriptor, ...address);
      // As in libuv: TCP reports it in listen, a UNIX socket at once.
      this.#delayedError = errno === ADDRESS_IN_USE && address[0] !== UNIX ? errno : 0;
      return this.#delayedError ? 0 : errno;
    }

    listenOn(backlog: number): number {
      if (this.#delayedError) return this.#delayedError;
      if (this.descriptor < 0) return INVALID;
      const { errno } = kernel.call("listen", this.descriptor, backlog);
      if (errno < 0 || this.#listening) return errno;
      this.#listening = sockets.add(this);
      kernel.post("acceptStart", this.#listening, this.descriptor);
      this.updateHold();
      return 0;
    }

    connectTo(request: ConnectRequest, address: Address): number {
      if (this.#delayedError) return this.#delayedError;
      if (this.isConnected || this.connecting) return ALREADY;
      const id = sockets.add(this);
      this.connecting = id;
      this.updateHold();
      const origin = kernel.origins.make(address[0] === UNIX ? "PIPECONNECTWRAP" : "TCPCONNECTWRAP", request);
      kernel.await("connect", [id, this.descriptor, ...address], (errno, value) => {
        later(() => {
          this.connecting = 0;
          if (errno === 0) this.#connected(id, value as readonly Value[], address);
          else sockets.remove(id);
          this.updateHold();
          const status = this.isClosed ? CANCELED : errno;
          kernel.origins.run(origin, () => request.oncomplete(status, this, request, true, true));
          kernel.origins.destroy(origin);
        });
      });
      return 0;
    }

    #connected(id: number, [descriptor, ...name]: readonly Value[], peer: Address): void {
      if (this.isClosed) {
        sockets.remove(id);
        kernel.post("flowClose", id);
        return;
      }
      this.ownName = name;
      this.peerName = peer;
      this.startFlow(id, descriptor as number);
    }

    /** Creates a handle of the same class for an accepted connection. */
    makeClient(): ListeningStream {
      return new ListeningStream();
    }

    override notice(name: string, args: readonly Value[]): void {
      if (name === "connection") this.#accept(args);
      else super.notice(name, args);
    }

    #accept([descriptor, ...names]: readonly Value[]): void {
      if ((descriptor as number) < 0) {
        this.#tell(descriptor as number);
        return;
      }
      if (this.isClosed || !this.onconnection) {
        kernel.post("closeStream", descriptor);
        return;
      }
      const client = this.makeClient();
      client.peerName = names.slice(0, 3);
      client.ownName = names.slice(3, 6);
      const id = sockets.add(client);
      kernel.post("flowOpen", id, descriptor);
      client.startFlow(id, descriptor as number);
      this.#tell(0, client);
    }

    #tell(status: number, client?: ListeningStream): void {
      kernel.origins.run(this.origin, () => this.onconnection?.(status, client));
    }

    override release(): void {
      if (!this.#listening) {
        super.release();
        return;
      }
      const id = this.#listening;
      // Connections that have been announced are closed when their notices come, which is before this answer.
      kernel.await("acceptStop", [id], () => later(() => sockets.remove(id)));
    }
  };
}

const CANCELED = -125;
const ALREADY = -114;
const later = setImmediate;
