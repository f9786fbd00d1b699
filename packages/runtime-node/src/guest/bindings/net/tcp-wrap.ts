// TCP, for net.Socket and net.Server. Source: libuv's tcp handle; behaves as Node's src/tcp_wrap.cc.

import type { NodeInternals } from "../../internals.ts";
import { fillName, INET, INET6, type NameFields, plainAddress } from "./addresses.ts";
import type { ConnectRequest, ListeningStreamClass } from "./listening-stream.ts";
import type { Sockets } from "./sockets.ts";

const NOT_CONNECTED = -107;
const BAD_DESCRIPTOR = -9;
const INVALID = -22;
/** libuv: UV_TCP_REUSEPORT */
const REUSE_PORT = 2;

export function installTcp(node: NodeInternals, sockets: Sockets, Base: ListeningStreamClass): void {
  const { kernel } = sockets;
  const { isIPv4, isIPv6 } = node.module("internal/net") as Record<string, (text: string) => boolean>;

  class TCP extends Base {
    readonly type: number;
    #family = INET;

    constructor(type: number) {
      super();
      this.type = type;
    }

    override makeClient(): TCP {
      const client = new TCP(0);
      client.#family = this.#family;
      return client;
    }

    bind(host: string, port = 0, flags = 0): number {
      if (!isIPv4!(host)) return INVALID;
      this.#family = INET;
      return this.bindTo([INET, host, port & 0xffff], (flags & REUSE_PORT) !== 0);
    }

    bind6(host: string, port = 0, flags = 0): number {
      if (!isIPv6!(host)) return INVALID;
      this.#family = INET6;
      return this.bindTo([INET6, host, port & 0xffff], (flags & REUSE_PORT) !== 0);
    }

    listen(backlog: number): number {
      if (this.descriptor < 0) {
        const errno = this.bindTo([this.#family, "0.0.0.0", 0]);
        if (errno < 0) return errno;
      }
      return this.listenOn(backlog);
    }

    connect(request: ConnectRequest, host: string, port: number): number {
      if (!isIPv4!(host)) return INVALID;
      if (this.descriptor < 0) this.#family = INET;
      return this.connectTo(request, [INET, host, port]);
    }

    connect6(request: ConnectRequest, host: string, port: number): number {
      if (!isIPv6!(host)) return INVALID;
      if (this.descriptor < 0) this.#family = INET6;
      return this.connectTo(request, plainAddress(host, port));
    }

    getsockname(into: NameFields): number {
      if (this.isClosed || (this.descriptor < 0 && !this.connecting)) return BAD_DESCRIPTOR;
      if (!this.ownName) {
        const { errno, value } =
          this.descriptor < 0
            ? kernel.call("flowName", this.connecting)
            : kernel.call("socketName", this.descriptor);
        if (errno < 0) return errno;
        this.ownName = value as readonly never[];
      }
      return fillName(into, this.ownName, this.#family);
    }

    getpeername(into: NameFields): number {
      if (this.isClosed || this.descriptor < 0) return BAD_DESCRIPTOR;
      if (!this.peerName) return NOT_CONNECTED;
      return fillName(into, this.peerName, this.#family);
    }

    // These options have no effect within one machine.

    setNoDelay(): number {
      return 0;
    }

    setKeepAlive(): number {
      return 0;
    }

    setSimultaneousAccepts(): number {
      return 0;
    }

    setTypeOfService(): number {
      return 0;
    }

    getTypeOfService(): number {
      return 0;
    }
  }
  node.binding("tcp_wrap").TCP = TCP;
}
