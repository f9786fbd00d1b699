// What stream and datagram sockets have in common: identity, options, names. Linux: net/socket.c; socket(7).

import type { Inode } from "@agentos/vfs";
import {
  ERRNO,
  type ErrnoCode,
  type MaybePromise,
  O_NONBLOCK,
  O_RDWR,
  S_IFSOCK,
  type Stat,
  sysError,
} from "@agentos/vfs/abi";
import {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  SO_BROADCAST,
  SO_ERROR,
  SO_KEEPALIVE,
  SO_REUSEADDR,
  SO_REUSEPORT,
  type SocketAddress,
} from "../abi/sockets.ts";
import type { Owner } from "../files/anonymous-inode.ts";
import type { OpenFile, Socket, Task } from "../files/open-file.ts";
import { WaitQueue } from "../wait-queue.ts";
import type { Network } from "./network.ts";

export type Family = SocketAddress["family"];
export type InetAddress = Exclude<SocketAddress, { family: typeof AF_UNIX }>;

/** Options that can be set and read but have no effect within one machine. */
const STORED_OPTIONS = new Set([SO_REUSEADDR, SO_BROADCAST, SO_KEEPALIVE, SO_REUSEPORT]);

export abstract class SocketFile implements OpenFile, Socket {
  flags = O_RDWR;
  readonly name: string;
  readonly inode: Inode;
  readonly family: Family;
  readonly owner: Owner;
  protected readonly network: Network;
  protected readonly ownQueue = new WaitQueue();
  protected local: SocketAddress | undefined;
  protected remote: SocketAddress | undefined;
  /** The path, abstract name or inode that a UNIX socket is bound to. */
  protected unixPlace: string | Inode | undefined;
  protected error: ErrnoCode | undefined;
  readonly #options = new Map<number, number>();
  #closed = false;

  /** @throws ENFILE */
  constructor(network: Network, family: Family, owner: Owner) {
    network.quota?.take();
    this.network = network;
    this.family = family;
    this.owner = owner;
    this.inode = network.sockets.create(S_IFSOCK | 0o777, owner, () => {
      throw sysError("ENXIO");
    });
    this.name = `socket:[${this.inode.ino}]`;
  }

  get socket(): Socket {
    return this;
  }

  get nonBlocking(): boolean {
    return (this.flags & O_NONBLOCK) !== 0;
  }

  stat(): MaybePromise<Stat> {
    return this.inode.getattr();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.release();
    this.network.quota?.give();
  }

  /** Releases ports, names and connections. */
  protected abstract release(): void;
  protected abstract bindInet(address: InetAddress): void;
  /** Registers the socket under `unixPlace`. */
  protected abstract bindUnix(): void;

  abstract readonly changed: WaitQueue;
  abstract poll(): number;
  abstract read(into: Uint8Array, task: Task): MaybePromise<number>;
  abstract write(from: Uint8Array, task: Task): MaybePromise<number>;
  abstract listen(backlog: number): void;
  abstract accept(task: Task): MaybePromise<{ file: OpenFile; address: SocketAddress }>;
  abstract connect(address: SocketAddress, task: Task): MaybePromise<void>;
  abstract shutdown(how: number): void;
  abstract sendTo(from: Uint8Array, address: SocketAddress | undefined, task: Task): MaybePromise<number>;
  abstract receiveFrom(
    into: Uint8Array,
    task: Task,
  ): MaybePromise<{ count: number; address: SocketAddress | undefined }>;

  /** @throws EINVAL bound already · EAFNOSUPPORT · EADDRINUSE · EADDRNOTAVAIL · EACCES */
  bind(address: SocketAddress, task: Task): MaybePromise<void> {
    if (this.local !== undefined) throw sysError("EINVAL");
    if (address.family !== this.family) throw sysError("EAFNOSUPPORT");
    if (address.family !== AF_UNIX) return this.bindInet(address);
    if (address.path === "" || address.path.startsWith("\0")) {
      return this.#bindName(address.path || this.#freeName());
    }
    const made = this.network.paths.create(address.path, task);
    const bound = (inode: Inode): void => {
      this.unixPlace = inode;
      this.local = address;
      this.bindUnix();
    };
    return made instanceof Promise ? made.then(bound) : bound(made);
  }

  #bindName(name: string): void {
    if (this.network.unixStreams.get(name) || this.network.unixDatagrams.get(name))
      throw sysError("EADDRINUSE");
    this.unixPlace = name;
    this.local = { family: AF_UNIX, path: name };
    this.bindUnix();
  }

  /** Linux: unix_autobind(). */
  #freeName(): string {
    return `\0${this.inode.ino.toString(16).padStart(5, "0")}`;
  }

  /** Where a UNIX address leads. @throws ENOENT EACCES ECONNREFUSED */
  protected findUnix(path: string, task: Task): MaybePromise<string | Inode> {
    return path.startsWith("\0") ? path : this.network.paths.find(path, task);
  }

  localAddress(): SocketAddress {
    if (this.local) return this.local;
    if (this.family === AF_UNIX) return { family: AF_UNIX, path: "" };
    return { family: this.family, host: anyHost(this.family), port: 0 };
  }

  /** @throws ENOTCONN */
  remoteAddress(): SocketAddress {
    if (this.remote === undefined) throw sysError("ENOTCONN");
    return this.remote;
  }

  /** @throws ENOPROTOOPT */
  setOption(option: number, value: number): void {
    if (!STORED_OPTIONS.has(option)) throw sysError("ENOPROTOOPT");
    this.#options.set(option, value);
  }

  /** @throws ENOPROTOOPT */
  getOption(option: number): number {
    if (option === SO_ERROR) {
      const code = this.takeError();
      return code === undefined ? 0 : ERRNO[code];
    }
    if (!STORED_OPTIONS.has(option)) throw sysError("ENOPROTOOPT");
    return this.#options.get(option) ?? 0;
  }

  /** The pending error (SO_ERROR), which is then cleared. */
  protected takeError(): ErrnoCode | undefined {
    const code = this.error;
    this.error = undefined;
    return code;
  }
}

export const anyHost = (family: Family): string => (family === AF_INET6 ? "::" : "0.0.0.0");
export const loopbackHost = (family: Family): string => (family === AF_INET ? "127.0.0.1" : "::1");
