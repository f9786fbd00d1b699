import type { Value } from "@agentos/kernel/channel/guest";
import type { KernelClient } from "../../kernel-client.ts";
import { fillName, INET, type NameFields } from "./addresses.ts";
import { SO_REUSEPORT } from "./listening-stream.ts";

export const BAD_DESCRIPTOR = -9;
const NOT_CONNECTED = -107;
const DATAGRAM = 2;
/** libuv: UV_UDP_REUSEADDR, UV_UDP_REUSEPORT */
const REUSE_ADDRESS = 4;
const REUSE_PORT = 64;
const SO_REUSEADDR = 2;
/** Linux: net.core.rmem_default, as returned by getsockopt. */
const BUFFER_SIZE = 212_992;

/** A datagram socket of the kernel, created when it is first needed. Operations that fail return a negative errno. */
export class DatagramSocket {
  readonly #kernel: KernelClient;
  descriptor = -1;
  family = INET;
  #peer: readonly Value[] | undefined;
  #isClosed = false;
  queuedBytes = 0;
  queuedCount = 0;
  readonly #bufferSizes = [BUFFER_SIZE, BUFFER_SIZE];

  constructor(kernel: KernelClient) {
    this.#kernel = kernel;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  #ensure(family: number): number {
    if (this.#isClosed) return BAD_DESCRIPTOR;
    if (this.descriptor >= 0) return 0;
    this.family = family;
    const { errno, value } = this.#kernel.call("socket", family, DATAGRAM);
    if (errno === 0) this.descriptor = value as number;
    return errno;
  }

  bindTo(family: number, host: string, port: number, flags: number): number {
    const kernel = this.#kernel;
    const errno = this.#ensure(family);
    if (errno < 0) return errno;
    if (flags & REUSE_ADDRESS) kernel.call("setSocketOption", this.descriptor, SO_REUSEADDR, 1);
    if (flags & REUSE_PORT) kernel.call("setSocketOption", this.descriptor, SO_REUSEPORT, 1);
    return kernel.call("bind", this.descriptor, family, host, port & 0xffff).errno;
  }

  connectTo(family: number, host: string, port: number): number {
    let errno = this.#ensure(family);
    if (errno === 0) errno = this.#kernel.call("connectDatagrams", this.descriptor, family, host, port).errno;
    if (errno === 0) this.#peer = [family, host, port];
    return errno;
  }

  disconnect(): number {
    if (!this.#peer) return NOT_CONNECTED;
    this.#peer = undefined;
    return this.#kernel.call("disconnectDatagrams", this.descriptor).errno;
  }

  fillOwnName(into: NameFields): number {
    if (this.descriptor < 0) return BAD_DESCRIPTOR;
    const { errno, value } = this.#kernel.call("socketName", this.descriptor);
    return errno < 0 ? errno : fillName(into, value as readonly Value[], this.family);
  }

  fillPeerName(into: NameFields): number {
    if (this.descriptor < 0) return BAD_DESCRIPTOR;
    return this.#peer ? fillName(into, this.#peer, this.family) : NOT_CONNECTED;
  }

  /** @param address undefined: the address to which the socket is connected */
  send(
    family: number,
    data: Uint8Array,
    address: readonly [host: string, port: number] | undefined,
    done: (status: number) => void,
  ): number {
    const errno = this.#ensure(family);
    if (errno < 0) return errno;
    const to: Value[] = address ? [family, address[0], address[1]] : [];
    this.queuedBytes += data.length;
    this.queuedCount++;
    this.#kernel.operate("UDPSENDWRAP", "datagramSend", [this.descriptor, data, ...to], (status) => {
      this.queuedBytes -= data.length;
      this.queuedCount--;
      done(status);
    });
    return 0;
  }

  /** Linux doubles the requested size; 0 asks for the current one. */
  bufferSize(size: number, isReceive: boolean): number {
    const at = isReceive ? 1 : 0;
    if (size > 0) this.#bufferSizes[at] = Math.min(size, BUFFER_SIZE) * 2;
    return this.#bufferSizes[at]!;
  }

  close(): void {
    this.#isClosed = true;
    if (this.descriptor >= 0) this.#kernel.post("close", this.descriptor);
    this.descriptor = -1;
  }
}
