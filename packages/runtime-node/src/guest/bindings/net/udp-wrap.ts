// UDP, for node:dgram. Source: libuv's udp handle; Node's lib/dgram.js and lib/internal/dgram.js as callers.

import type { Value } from "@agentos/kernel/channel/guest";
import { bytesOf } from "../../bytes.ts";
import type { NodeInternals } from "../../internals.ts";
import { EventHandle } from "../event-handle.ts";
import { fillName, INET, INET6, type NameFields } from "./addresses.ts";
import { BAD_DESCRIPTOR, DatagramSocket } from "./datagram-socket.ts";
import type { Sockets } from "./sockets.ts";

interface SendRequest {
  oncomplete?: (status: number, sent: number) => void;
}

const INVALID = -22;
/** A VM has no network interface that supports multicast. */
const NO_DEVICE = -19;
const NOT_AVAILABLE = -99;
/** How many datagrams are acknowledged at a time. */
const TOLD_TOGETHER = 16;
const toBuffer = Buffer.from;
const concat = Buffer.concat;

export function installUdp(node: NodeInternals, sockets: Sockets): void {
  const { kernel } = sockets;

  class UDP extends EventHandle {
    onmessage:
      | ((count: number, handle: UDP, data: Uint8Array | undefined, from?: NameFields) => void)
      | undefined;
    onerror: ((count: number, handle: UDP, error: number) => void) | undefined;
    readonly #socket = new DatagramSocket(kernel);
    #receiving = 0;
    #taken = 0;

    constructor() {
      super(kernel, "UDPWRAP");
    }

    get fd(): number {
      return this.#socket.descriptor;
    }

    open(fd: number): number {
      this.#socket.descriptor = fd;
      return 0;
    }

    // ── names ──────────────────────────────────────────────────────────

    bind(host: string, port: number, flags: number): number {
      return this.#socket.bindTo(INET, host, port, flags);
    }

    bind6(host: string, port: number, flags: number): number {
      return this.#socket.bindTo(INET6, host, port, flags);
    }

    connect(host: string, port: number): number {
      return this.#socket.connectTo(INET, host, port);
    }

    connect6(host: string, port: number): number {
      return this.#socket.connectTo(INET6, host, port);
    }

    disconnect(): number {
      return this.#socket.disconnect();
    }

    getsockname(into: NameFields): number {
      return this.#socket.fillOwnName(into);
    }

    getpeername(into: NameFields): number {
      return this.#socket.fillPeerName(into);
    }

    // ── datagrams ──────────────────────────────────────────────────────

    /** `rest` is [port, host, hasCallback], or [hasCallback] on a connected socket. */
    send(request: SendRequest, list: readonly ArrayBufferView[], _count: number, ...rest: unknown[]): number {
      return this.#send(INET, request, list, rest);
    }

    send6(
      request: SendRequest,
      list: readonly ArrayBufferView[],
      _count: number,
      ...rest: unknown[]
    ): number {
      return this.#send(INET6, request, list, rest);
    }

    #send(
      family: number,
      request: SendRequest,
      list: readonly ArrayBufferView[],
      rest: readonly unknown[],
    ): number {
      const data = concat(list.map(bytesOf));
      const address = rest.length >= 3 ? ([rest[1] as string, rest[0] as number] as const) : undefined;
      return this.#socket.send(family, data, address, (status) => {
        if (rest.at(-1)) request.oncomplete?.(status, status < 0 ? 0 : data.length);
      });
    }

    recvStart(): number {
      const { descriptor } = this.#socket;
      if (descriptor < 0) return BAD_DESCRIPTOR;
      if (!this.#receiving) {
        this.#receiving = sockets.add(this);
        kernel.post("datagramsStart", this.#receiving, descriptor);
        this.setActive(true);
      }
      return 0;
    }

    recvStop(): number {
      if (this.#receiving) {
        sockets.remove(this.#receiving);
        kernel.post("datagramsStop", this.#receiving);
        this.#receiving = 0;
        this.setActive(false);
      }
      return 0;
    }

    notice(_name: string, [data, ...from]: readonly Value[]): void {
      if (!this.#receiving) return;
      if (++this.#taken >= TOLD_TOGETHER) {
        kernel.post("datagramsTaken", this.#receiving, this.#taken);
        this.#taken = 0;
      }
      if (typeof data === "number") {
        this.tell(() => this.onmessage?.(data, this, undefined));
        return;
      }
      const { buffer, byteOffset, length } = data as Uint8Array;
      const sender: NameFields & { size?: number } = {};
      fillName(sender, from, this.#socket.family);
      const { address, family, port } = sender;
      const message = toBuffer(buffer as ArrayBuffer, byteOffset, length);
      this.tell(() => this.onmessage?.(length, this, message, { address, family, port } as NameFields));
    }

    // ── life ───────────────────────────────────────────────────────────

    close(callback?: () => void): void {
      if (this.#socket.isClosed) return;
      this.recvStop();
      this.#socket.close();
      this.end(callback);
    }

    // ── options ────────────────────────────────────────────────────────

    bufferSize(size: number, isReceive: boolean, context: object): number | undefined {
      if (this.#socket.descriptor >= 0) return this.#socket.bufferSize(size, isReceive);
      const syscall = isReceive ? "uv_recv_buffer_size" : "uv_send_buffer_size";
      Object.assign(context, {
        errno: BAD_DESCRIPTOR,
        code: "EBADF",
        message: "bad file descriptor",
        syscall,
      });
      return undefined;
    }

    getSendQueueSize(): number {
      return this.#socket.queuedBytes;
    }

    getSendQueueCount(): number {
      return this.#socket.queuedCount;
    }

    #option(): number {
      return this.#socket.descriptor < 0 ? BAD_DESCRIPTOR : 0;
    }

    setBroadcast(): number {
      return this.#option();
    }

    setTTL(ttl: number): number {
      return ttl < 1 || ttl > 255 ? INVALID : this.#option();
    }

    setMulticastTTL(ttl: number): number {
      return ttl < -1 || ttl > 255 ? INVALID : this.#option();
    }

    setMulticastLoopback(): number {
      return this.#option();
    }

    setMulticastInterface(): number {
      return this.#option();
    }

    addMembership(): number {
      return NO_DEVICE;
    }

    dropMembership(): number {
      return NOT_AVAILABLE;
    }

    addSourceSpecificMembership(): number {
      return NO_DEVICE;
    }

    dropSourceSpecificMembership(): number {
      return NOT_AVAILABLE;
    }
  }
  node.binding("udp_wrap").UDP = UDP;
}
