// SOCK_DGRAM: UDP inside the VM and out of it, and UNIX datagrams. Linux: udp.c, af_unix.c; udp(7), unix(7).

import type { Inode } from "@agentos/vfs";
import { andThen, type MaybePromise, sysError } from "@agentos/vfs/abi";
import { POLLERR, POLLIN, POLLOUT } from "../abi/poll.ts";
import {
  AF_UNIX,
  SHUT_RD,
  SHUT_RDWR,
  SHUT_WR,
  SO_REUSEADDR,
  SO_REUSEPORT,
  type SocketAddress,
} from "../abi/sockets.ts";
import type { Owner } from "../files/anonymous-inode.ts";
import type { Task } from "../files/open-file.ts";
import { type WaitQueue, waitUntil } from "../wait-queue.ts";
import { isAnyAddress, isLoopback } from "./addresses.ts";
import type { EgressDatagrams, Network } from "./network.ts";
import type { Sharing } from "./ports.ts";
import { anyHost, type InetAddress, loopbackHost, SocketFile } from "./socket-file.ts";

/** Linux: net.core.rmem_default, and the overhead of a queued datagram beyond its bytes. */
const QUEUE_BYTES = 212_992;
const OVERHEAD = 256;
const UDP_MAX = 65_507;

interface Datagram {
  bytes: Uint8Array;
  from: SocketAddress;
}

/** Where a datagram goes. */
type Target = DatagramSocket | { outside: InetAddress } | undefined;

export class DatagramSocket extends SocketFile {
  readonly changed: WaitQueue = this.ownQueue;
  #queue: Datagram[] = [];
  #queuedBytes = 0;
  /** The other end of a socketpair. */
  #partner: DatagramSocket | undefined;
  /** The inode or name that connect() found for a UNIX peer. */
  #remotePlace: string | Inode | undefined;
  #egress: EgressDatagrams | undefined;
  #readShut = false;
  #writeShut = false;
  #closed = false;

  /** socketpair(2) @throws ENFILE */
  static pair(network: Network, owner: Owner): [DatagramSocket, DatagramSocket] {
    const one = new DatagramSocket(network, AF_UNIX, owner);
    let other: DatagramSocket;
    try {
      other = new DatagramSocket(network, AF_UNIX, owner);
    } catch (error) {
      one.close();
      throw error;
    }
    one.#partner = other;
    other.#partner = one;
    one.remote = other.remote = { family: AF_UNIX, path: "" };
    return [one, other];
  }

  protected override release(): void {
    this.#closed = true;
    this.#egress?.close();
    this.#queue = [];
    this.changed.wake();
    if (this.unixPlace !== undefined) this.network.unixDatagrams.delete(this.unixPlace);
    if (this.local && this.local.family !== AF_UNIX) this.network.udp.release(this.local.port, this);
  }

  get isReceiving(): boolean {
    return !this.#closed;
  }

  get sharing(): Sharing {
    if (this.getOption(SO_REUSEPORT)) return "turns";
    return this.getOption(SO_REUSEADDR) ? "latest" : "none";
  }

  protected override bindInet(address: InetAddress): void {
    const port = this.network.udp.bind(address.host, address.port, this);
    this.local = { ...address, port };
  }

  protected override bindUnix(): void {
    this.network.unixDatagrams.set(this.unixPlace!, this);
  }

  poll(): number {
    const readable = this.#queue.length > 0 || this.#readShut || this.error !== undefined;
    return (readable ? POLLIN : 0) | POLLOUT | (this.error ? POLLERR : 0);
  }

  listen(): never {
    throw sysError("EOPNOTSUPP");
  }

  accept(): never {
    throw sysError("EOPNOTSUPP");
  }

  /** Sets where write() sends to, and from whom alone datagrams are received. */
  connect(address: SocketAddress, task: Task): MaybePromise<void> {
    if (address.family !== this.family) throw sysError("EAFNOSUPPORT");
    if (address.family === AF_UNIX) {
      return andThen(this.findUnix(address.path, task), (place) => {
        if (!this.network.unixDatagrams.get(place)) throw sysError("ECONNREFUSED");
        this.#remotePlace = place;
        this.remote = address;
      });
    }
    if (this.local === undefined) this.bindInet({ ...address, host: anyHost(this.family), port: 0 });
    this.remote = address;
  }

  disconnect(): void {
    this.remote = undefined;
    this.#remotePlace = undefined;
  }

  read(into: Uint8Array, task: Task): MaybePromise<number> {
    return andThen(this.receiveFrom(into, task), ({ count }) => count);
  }

  write(from: Uint8Array, task: Task): MaybePromise<number> {
    return this.sendTo(from, undefined, task);
  }

  /** Receives one datagram; the part that does not fit into `into` is lost. @throws EAGAIN EINTR ECONNREFUSED */
  receiveFrom(
    into: Uint8Array,
    task: Task,
  ): MaybePromise<{ count: number; address: SocketAddress | undefined }> {
    const attempt = (): { count: number; address: SocketAddress | undefined } | undefined => {
      const code = this.takeError();
      if (code !== undefined) throw sysError(code);
      const datagram = this.#queue.shift();
      if (datagram === undefined) return this.#readShut ? { count: 0, address: undefined } : undefined;
      this.#queuedBytes -= datagram.bytes.length + OVERHEAD;
      this.changed.wake();
      const count = Math.min(datagram.bytes.length, into.length);
      into.set(datagram.bytes.subarray(0, count));
      return { count, address: datagram.from };
    };
    const answer = attempt();
    if (answer !== undefined) return answer;
    if (this.nonBlocking) throw sysError("EAGAIN");
    return waitUntil(this.changed, task, attempt);
  }

  /**
   * A UDP datagram for which the receiver has no room is dropped; a UNIX socket waits.
   * @throws EDESTADDRREQ EMSGSIZE EPIPE ECONNREFUSED ENETUNREACH EACCES EAGAIN EINTR
   */
  sendTo(from: Uint8Array, address: SocketAddress | undefined, task: Task): MaybePromise<number> {
    if (this.#writeShut) throw sysError("EPIPE");
    if (from.length > UDP_MAX) throw sysError("EMSGSIZE");
    const code = this.takeError();
    if (code !== undefined) throw sysError(code);
    return andThen(this.#target(address, task), (target) => this.#send(from, target, task));
  }

  #target(address: SocketAddress | undefined, task: Task): MaybePromise<Target> {
    if (address === undefined && this.#partner) return this.#partner;
    const to = address ?? this.remote;
    if (to === undefined) throw sysError(this.family === AF_UNIX ? "ENOTCONN" : "EDESTADDRREQ");
    if (to.family !== this.family) throw sysError("EAFNOSUPPORT");
    if (to.family === AF_UNIX) {
      const known = address === undefined ? this.#remotePlace : undefined;
      return andThen(known ?? this.findUnix(to.path, task), (place) => this.network.unixDatagrams.get(place));
    }
    if (!isLoopback(to.host)) return { outside: to };
    const host = isAnyAddress(to.host) ? loopbackHost(this.family) : to.host;
    return this.network.udp.find(host, to.port);
  }

  #send(from: Uint8Array, target: Target, task: Task): MaybePromise<number> {
    if (this.family !== AF_UNIX && this.local === undefined) {
      this.bindInet({ family: this.family, host: anyHost(this.family), port: 0 });
    }
    if (target === undefined || (target instanceof DatagramSocket && target.#closed))
      return this.#refused(from);
    if (!(target instanceof DatagramSocket)) return this.#sendOut(from, target.outside);
    const datagram = { bytes: from.slice(), from: this.#senderAddress() };
    if (target.#accepts(datagram)) return from.length;
    if (this.family !== AF_UNIX) return from.length;
    if (this.nonBlocking) throw sysError("EAGAIN");
    return waitUntil(target.changed, task, () => {
      if (target.#closed) throw sysError("ECONNREFUSED");
      return target.#accepts(datagram) ? from.length : undefined;
    });
  }

  #senderAddress(): SocketAddress {
    const local = this.localAddress();
    if (local.family === AF_UNIX || !isAnyAddress(local.host)) return local;
    return { ...local, host: loopbackHost(this.family) };
  }

  /** Nobody receives there: a UNIX sender learns it at once, a connected UDP sender at its next call. */
  #refused(from: Uint8Array): number {
    if (this.family === AF_UNIX) throw sysError("ECONNREFUSED");
    if (this.remote) {
      this.error = "ECONNREFUSED";
      this.changed.wake();
    }
    return from.length;
  }

  #sendOut(from: Uint8Array, address: InetAddress): MaybePromise<number> {
    const { egress } = this.network;
    if (egress === undefined) throw sysError("ENETUNREACH");
    this.#egress ??= egress.openDatagrams((bytes, sender) => this.#accepts({ bytes, from: sender }));
    return andThen(this.#egress.send(from.slice(), address), () => from.length);
  }

  /** Whether a datagram from there is accepted: a connected UDP socket hears only its peer. */
  #hears(from: SocketAddress): boolean {
    const { remote } = this;
    if (!remote || remote.family === AF_UNIX || from.family === AF_UNIX) return true;
    return remote.port === from.port && (isAnyAddress(remote.host) || remote.host === from.host);
  }

  /** Queues a datagram. @returns false if there is no room; one that is not wanted is dropped and counts as taken */
  #accepts(datagram: Datagram): boolean {
    const cost = datagram.bytes.length + OVERHEAD;
    if (this.#readShut || this.#closed || !this.#hears(datagram.from)) return true;
    if (this.#queue.length > 0 && this.#queuedBytes + cost > QUEUE_BYTES) return false;
    this.#queue.push(datagram);
    this.#queuedBytes += cost;
    this.changed.wake();
    return true;
  }

  /** @throws ENOTCONN EINVAL */
  shutdown(how: number): void {
    if (how < 0 || how > SHUT_RDWR) throw sysError("EINVAL");
    if (this.remote === undefined) throw sysError("ENOTCONN");
    if (how !== SHUT_WR) this.#readShut = true;
    if (how !== SHUT_RD) this.#writeShut = true;
    this.changed.wake();
  }
}
