// SOCK_STREAM: TCP inside the VM and out of it, and UNIX streams. Linux: af_inet.c, af_unix.c; tcp(7), unix(7).

import type { Inode } from "@agentos/vfs";
import { andThen, isSysError, type MaybePromise, sysError } from "@agentos/vfs/abi";
import { POLLERR, POLLHUP, POLLIN, POLLOUT } from "../abi/poll.ts";
import { AF_UNIX, SHUT_RDWR, SO_LINGER, SO_REUSEPORT, type SocketAddress } from "../abi/sockets.ts";
import type { Owner } from "../files/anonymous-inode.ts";
import type { OpenFile, Passed, Task } from "../files/open-file.ts";
import { nowOrLater, type WaitQueue, waitUntil } from "../wait-queue.ts";
import { isAnyAddress, isLoopback } from "./addresses.ts";
import { Listener } from "./listener.ts";
import type { Network } from "./network.ts";
import type { Sharing } from "./ports.ts";
import { anyHost, type InetAddress, loopbackHost, SocketFile } from "./socket-file.ts";
import { StreamEnd } from "./stream.ts";

export class StreamSocket extends SocketFile {
  #listener: Listener | undefined;
  #stream: StreamEnd | undefined;
  #connecting = false;
  #closed = false;
  #resetsOnClose = false;

  /** A socket that is born connected. */
  static connected(
    network: Network,
    owner: Owner,
    stream: StreamEnd,
    local: SocketAddress,
    remote: SocketAddress,
  ): StreamSocket {
    const socket = new StreamSocket(network, local.family, owner);
    socket.#stream = stream;
    socket.local = local;
    socket.remote = remote;
    return socket;
  }

  /** socketpair(2) @throws ENFILE */
  static pair(network: Network, owner: Owner): [StreamSocket, StreamSocket] {
    const [one, other] = StreamEnd.pair(true);
    const unnamed = { family: AF_UNIX, path: "" } as const;
    const first = StreamSocket.connected(network, owner, one, unnamed, unnamed);
    try {
      return [first, StreamSocket.connected(network, owner, other, unnamed, unnamed)];
    } catch (error) {
      first.close();
      throw error;
    }
  }

  get listener(): Listener | undefined {
    return this.#listener;
  }

  get isListening(): boolean {
    return this.#listener !== undefined;
  }

  get isReceiving(): boolean {
    return this.#listener !== undefined;
  }

  get sharing(): Sharing {
    return this.getOption(SO_REUSEPORT) ? "turns" : "none";
  }

  get isConnected(): boolean {
    return this.#stream !== undefined;
  }

  get changed(): WaitQueue {
    return this.#stream?.changed ?? this.#listener?.changed ?? this.ownQueue;
  }

  poll(): number {
    if (this.#stream) return this.#stream.poll;
    if (this.#listener) return this.#listener.hasPending ? POLLIN : 0;
    if (this.#connecting) return 0;
    return this.error ? POLLIN | POLLOUT | POLLERR | POLLHUP : POLLOUT | POLLHUP;
  }

  protected override release(): void {
    this.#closed = true;
    this.#listener?.close();
    if (this.#resetsOnClose) this.#stream?.abort();
    else this.#stream?.close();
    if (this.unixPlace !== undefined && this.#listener) this.network.unixStreams.delete(this.unixPlace);
    if (this.local && this.local.family !== AF_UNIX) this.network.tcp.release(this.local.port, this);
  }

  protected override bindInet(address: InetAddress): void {
    const port = this.network.tcp.bind(address.host, address.port, this);
    this.local = { ...address, port };
  }

  protected override bindUnix(): void {}

  /** @throws EINVAL it is connected, or a UNIX socket without a name */
  listen(backlog: number): void {
    if (this.#stream || this.#connecting) throw sysError("EINVAL");
    if (this.#listener) {
      this.#listener.backlog = backlog;
      return;
    }
    if (this.local === undefined) {
      if (this.family === AF_UNIX) throw sysError("EINVAL");
      this.bindInet({ family: this.family, host: anyHost(this.family), port: 0 });
    }
    this.#listener = new Listener(this.local!, backlog);
    if (this.unixPlace !== undefined) this.network.unixStreams.set(this.unixPlace, this.#listener);
  }

  /** @throws EINVAL not listening · EAGAIN · EINTR · ENFILE */
  accept(task: Task): MaybePromise<{ file: OpenFile; address: SocketAddress }> {
    const listener = this.#listener;
    if (listener === undefined) throw sysError("EINVAL");
    const attempt = (): { file: OpenFile; address: SocketAddress } | undefined => {
      if (listener.isClosed) throw sysError("EINVAL");
      const pending = listener.take();
      if (pending === undefined) return undefined;
      const { stream, local, remote } = pending;
      try {
        return {
          file: StreamSocket.connected(this.network, this.owner, stream, local, remote),
          address: remote,
        };
      } catch (error) {
        stream.abort();
        throw error;
      }
    };
    if (!this.nonBlocking) return nowOrLater(listener.changed, task, attempt);
    const answer = attempt();
    if (answer === undefined) throw sysError("EAGAIN");
    return answer;
  }

  /** @throws EISCONN EALREADY ECONNREFUSED EINPROGRESS EAGAIN EINTR EACCES ENETUNREACH ETIMEDOUT */
  connect(address: SocketAddress, task: Task): MaybePromise<void> {
    if (this.#stream) throw sysError("EISCONN");
    if (this.#listener) throw sysError("EINVAL");
    if (this.#connecting) throw sysError("EALREADY");
    if (address.family !== this.family) throw sysError("EAFNOSUPPORT");
    if (address.family === AF_UNIX) {
      return andThen(this.findUnix(address.path, task), (place) => this.#connectUnix(place, address, task));
    }
    if (!isLoopback(address.host)) return this.#connectOut(address, task);
    const host = isAnyAddress(address.host) ? loopbackHost(this.family) : address.host;
    return this.#connectInside({ ...address, host }, task);
  }

  #connectUnix(place: string | Inode, address: SocketAddress, task: Task): MaybePromise<void> {
    const listener = this.network.unixStreams.get(place);
    if (listener === undefined) throw sysError("ECONNREFUSED");
    return this.#join(listener, address, task);
  }

  #connectInside(address: InetAddress, task: Task): MaybePromise<void> {
    const listener = this.network.findListener(address.host, address.port);
    if (listener === undefined) {
      if (this.network.egress?.exemptsLoopback(address.port)) return this.#connectOut(address, task);
      throw sysError("ECONNREFUSED");
    }
    if (this.local === undefined) this.bindInet({ ...address, port: 0 });
    return this.#join(listener, address, task);
  }

  #join(listener: Listener, address: SocketAddress, task: Task): MaybePromise<void> {
    const attempt = (): true | undefined => {
      if (listener.isClosed) throw sysError("ECONNREFUSED");
      const stream = listener.connect(this.localAddress(), address);
      if (stream === undefined) return undefined;
      this.#stream = stream;
      this.remote = address;
      this.ownQueue.wake();
      return true;
    };
    if (attempt()) return;
    if (this.nonBlocking) throw sysError("EAGAIN");
    return waitUntil(listener.changed, task, attempt).then(() => {});
  }

  #connectOut(address: InetAddress, task: Task): MaybePromise<void> {
    const { egress } = this.network;
    if (egress === undefined) throw sysError("ENETUNREACH");
    this.#connecting = true;
    egress.connect(address).then(
      ({ stream, local }) => this.#connectedOut(stream, local, address),
      (error: unknown) => {
        this.error = isSysError(error) ? error.code : "ECONNREFUSED";
        this.#connecting = false;
        this.ownQueue.wake();
      },
    );
    if (this.nonBlocking) throw sysError("EINPROGRESS");
    return waitUntil(this.ownQueue, task, () => {
      if (this.#connecting) return undefined;
      const code = this.takeError();
      if (code !== undefined) throw sysError(code);
      return true;
    }).then(() => {});
  }

  #connectedOut(stream: StreamEnd, local: SocketAddress, remote: SocketAddress): void {
    this.#connecting = false;
    if (this.#closed) {
      stream.close();
      return;
    }
    this.#stream = stream;
    this.local = local;
    this.remote = remote;
    this.ownQueue.wake();
  }

  #connection(): StreamEnd {
    if (this.#stream) return this.#stream;
    const code = this.takeError();
    throw sysError(code ?? "ENOTCONN");
  }

  read(into: Uint8Array, task: Task): MaybePromise<number> {
    return this.#connection().read(into, task, this.nonBlocking);
  }

  write(from: Uint8Array, task: Task): MaybePromise<number> {
    return this.#connection().write(from, task, this.nonBlocking);
  }

  sendTo(from: Uint8Array, address: SocketAddress | undefined, task: Task): MaybePromise<number> {
    if (address) throw sysError(this.#stream ? "EISCONN" : "EOPNOTSUPP");
    return this.write(from, task);
  }

  receiveFrom(into: Uint8Array, task: Task): MaybePromise<{ count: number; address: undefined }> {
    return andThen(this.read(into, task), (count) => ({ count, address: undefined }));
  }

  /** @throws ENOTCONN · EINVAL not a UNIX socket · ENOBUFS */
  pass(passed: Passed): void {
    if (this.family !== AF_UNIX) throw sysError("EINVAL");
    this.#connection().pass(passed);
  }

  takePassed(): Passed | undefined {
    return this.#stream?.takePassed();
  }

  /** @throws ENOTCONN EINVAL */
  shutdown(how: number): void {
    if (how < 0 || how > SHUT_RDWR) throw sysError("EINVAL");
    this.#connection().shutdown(how);
  }

  /** Of SO_LINGER, only a time of 0 has an effect: it asks for a reset on close. socket(7) */
  override setOption(option: number, value: number): void {
    if (option === SO_LINGER) this.#resetsOnClose = value === 0;
    else super.setOption(option, value);
  }

  protected override takeError() {
    return this.#stream?.takeReset() ? "ECONNRESET" : super.takeError();
  }
}
