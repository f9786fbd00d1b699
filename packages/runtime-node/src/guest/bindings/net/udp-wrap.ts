// UDP: dgram sits on this. Source: libuv's udp handle; Node's lib/dgram.js and lib/internal/dgram.js as callers.

import type { Value } from "@agentos/kernel/channel/guest";
import type { NodeInternals } from "../../internals.ts";
import { EventHandle } from "../event-handle.ts";
import { bytesOf } from "../fs/transfers.ts";
import { SO_REUSEPORT } from "./listening-stream.ts";
import type { Sockets } from "./sockets.ts";
import { fillName, INET, INET6, type NameFields } from "./tcp-wrap.ts";

interface SendRequest {
  oncomplete?: (status: number, sent: number) => void;
}

const BAD_DESCRIPTOR = -9;
const INVALID = -22;
const NOT_CONNECTED = -107;
const DATAGRAM = 2;
const REUSE_ADDRESS = 4;
const REUSE_PORT = 64;
const SO_REUSEADDR = 2;
/** Linux: net.core.rmem_default, as getsockopt answers it. */
const BUFFER_SIZE = 212_992;

export function installUdp(node: NodeInternals, sockets: Sockets): void {
  const { kernel } = sockets;
  const toBuffer = Buffer.from;
  const concat = Buffer.concat;

  class UDP extends EventHandle {
    onmessage:
      | ((count: number, handle: UDP, data: Uint8Array | undefined, from?: NameFields) => void)
      | undefined;
    onerror: ((count: number, handle: UDP, error: number) => void) | undefined;
    #descriptor = -1;
    #family = INET;
    #peer: readonly Value[] | undefined;
    #receiving = 0;
    #taken = 0;
    #isClosed = false;
    #queuedBytes = 0;
    #queuedCount = 0;
    readonly #bufferSizes = [BUFFER_SIZE, BUFFER_SIZE];

    constructor() {
      super(kernel, "UDPWRAP");
    }

    get fd(): number {
      return this.#descriptor;
    }

    open(fd: number): number {
      this.#descriptor = fd;
      return 0;
    }

    // ── names ──────────────────────────────────────────────────────────

    bind(host: string, port: number, flags: number): number {
      return this.#bind(INET, host, port, flags);
    }

    bind6(host: string, port: number, flags: number): number {
      return this.#bind(INET6, host, port, flags);
    }

    #bind(family: number, host: string, port: number, flags: number): number {
      const errno = this.#ensure(family);
      if (errno < 0) return errno;
      if (flags & REUSE_ADDRESS) kernel.call("setSocketOption", this.#descriptor, SO_REUSEADDR, 1);
      if (flags & REUSE_PORT) kernel.call("setSocketOption", this.#descriptor, SO_REUSEPORT, 1);
      return kernel.call("bind", this.#descriptor, family, host, port & 0xffff).errno;
    }

    #ensure(family: number): number {
      if (this.#isClosed) return BAD_DESCRIPTOR;
      if (this.#descriptor >= 0) return 0;
      this.#family = family;
      const { errno, value } = kernel.call("socket", family, DATAGRAM);
      if (errno === 0) this.#descriptor = value as number;
      return errno;
    }

    connect(host: string, port: number): number {
      return this.#connect(INET, host, port);
    }

    connect6(host: string, port: number): number {
      return this.#connect(INET6, host, port);
    }

    #connect(family: number, host: string, port: number): number {
      let errno = this.#ensure(family);
      if (errno === 0) errno = kernel.call("connectDatagrams", this.#descriptor, family, host, port).errno;
      if (errno === 0) this.#peer = [family, host, port];
      return errno;
    }

    disconnect(): number {
      if (!this.#peer) return NOT_CONNECTED;
      this.#peer = undefined;
      return kernel.call("disconnectDatagrams", this.#descriptor).errno;
    }

    getsockname(into: NameFields): number {
      if (this.#descriptor < 0) return BAD_DESCRIPTOR;
      const { errno, value } = kernel.call("socketName", this.#descriptor);
      return errno < 0 ? errno : fillName(into, value as readonly Value[], this.#family);
    }

    getpeername(into: NameFields): number {
      if (this.#descriptor < 0) return BAD_DESCRIPTOR;
      return this.#peer ? fillName(into, this.#peer, this.#family) : NOT_CONNECTED;
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
      const errno = this.#ensure(family);
      if (errno < 0) return errno;
      const data = concat(list.map(bytesOf));
      const to: Value[] = rest.length >= 3 ? [family, rest[1] as string, rest[0] as number] : [];
      this.#queuedBytes += data.length;
      this.#queuedCount++;
      kernel.operate("UDPSENDWRAP", "datagramSend", [this.#descriptor, data, ...to], (status) => {
        this.#queuedBytes -= data.length;
        this.#queuedCount--;
        if (rest.at(-1)) request.oncomplete?.(status, status < 0 ? 0 : data.length);
      });
      return 0;
    }

    recvStart(): number {
      if (this.#descriptor < 0) return BAD_DESCRIPTOR;
      if (!this.#receiving) {
        this.#receiving = sockets.add(this);
        kernel.post("datagramsStart", this.#receiving, this.#descriptor);
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
      if (++this.#taken >= 16) {
        kernel.post("datagramsTaken", this.#receiving, this.#taken);
        this.#taken = 0;
      }
      if (typeof data === "number") {
        this.tell(() => this.onmessage?.(data, this, undefined));
        return;
      }
      const { buffer, byteOffset, length } = data as Uint8Array;
      const sender: NameFields & { size?: number } = {};
      fillName(sender, from, this.#family);
      const { address, family, port } = sender;
      const message = toBuffer(buffer as ArrayBuffer, byteOffset, length);
      this.tell(() => this.onmessage?.(length, this, message, { address, family, port } as NameFields));
    }

    // ── life ───────────────────────────────────────────────────────────

    close(callback?: () => void): void {
      if (this.#isClosed) return;
      this.recvStop();
      this.#isClosed = true;
      if (this.#descriptor >= 0) kernel.post("close", this.#descriptor);
      this.#descriptor = -1;
      this.end(callback);
    }

    // ── options ────────────────────────────────────────────────────────

    /** Linux keeps twice what was asked for; 0 asks for the size. */
    bufferSize(size: number, isReceive: boolean, context: object): number | undefined {
      if (this.#descriptor < 0) {
        const syscall = isReceive ? "uv_recv_buffer_size" : "uv_send_buffer_size";
        Object.assign(context, {
          errno: BAD_DESCRIPTOR,
          code: "EBADF",
          message: "bad file descriptor",
          syscall,
        });
        return undefined;
      }
      const at = isReceive ? 1 : 0;
      if (size > 0) this.#bufferSizes[at] = Math.min(size, BUFFER_SIZE) * 2;
      return this.#bufferSizes[at]!;
    }

    getSendQueueSize(): number {
      return this.#queuedBytes;
    }

    getSendQueueCount(): number {
      return this.#queuedCount;
    }

    #option(): number {
      return this.#descriptor < 0 ? BAD_DESCRIPTOR : 0;
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

/** A VM has no network card that multicasts. */
const NO_DEVICE = -19;
const NOT_AVAILABLE = -99;
