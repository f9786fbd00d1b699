// The network of one VM: its ports, its UNIX addresses, and the way out.

import type { FileSystem, Inode } from "@agentos/vfs";
import { isSysError, type MaybePromise, sysError } from "@agentos/vfs/abi";
import { AF_INET, type SocketAddress } from "../abi/sockets.ts";
import type { AnonymousFs, Owner } from "../files/anonymous-inode.ts";
import type { Task } from "../files/open-file.ts";
import { OutsideStream } from "../files/outside-stream.ts";
import type { Quota } from "../limits.ts";
import type { DatagramSocket } from "./datagram-socket.ts";
import { Listener } from "./listener.ts";
import { Ports } from "./ports.ts";
import type { StreamEnd } from "./stream.ts";
import { StreamSocket } from "./stream-socket.ts";

/** Makes and finds the inodes of UNIX sockets bound to a path, with the rights of the task. */
export interface SocketPaths {
  /** @throws EADDRINUSE EACCES ENOENT */
  create(path: string, task: Task): MaybePromise<Inode>;
  /** @throws ENOENT EACCES ECONNREFUSED */
  find(path: string, task: Task): MaybePromise<Inode>;
}

/** The way out of the VM, as far as the policy allows. */
export interface Egress {
  /**
   * Whether connections to a port of the VM's loopback go to the host's loopback when nothing in the VM listens there.
   */
  exemptsLoopback(port: number): boolean;
  /** @throws EACCES ECONNREFUSED ENETUNREACH EHOSTUNREACH ETIMEDOUT */
  connect(address: { host: string; port: number }): Promise<{ stream: StreamEnd; local: SocketAddress }>;
  /** Opens a UDP socket of the host. `receive` is called with each answer. */
  openDatagrams(receive: (bytes: Uint8Array, from: SocketAddress) => void): EgressDatagrams;
}

export interface EgressDatagrams {
  /** Sends, or silently drops what the policy denies. @throws EACCES */
  send(bytes: Uint8Array, address: { host: string; port: number }): MaybePromise<void>;
  close(): void;
}

/** A port in the VM that can be connected to from outside. */
export interface ListenerInfo {
  host: string;
  port: number;
}

/** A listener in the VM whose connections are accepted by the host. */
export interface HostListener {
  /** Calls `wake` when there may be a connection to take. @returns a function that stops this */
  changed(wake: () => void): () => void;
  take(): OutsideStream | undefined;
  close(): void;
}

export interface NetworkOptions {
  sockets: AnonymousFs;
  paths: SocketPaths;
  quota?: Quota;
  egress?: Egress;
}

export class Network {
  readonly tcp = new Ports<StreamSocket>();
  readonly udp = new Ports<DatagramSocket>();
  readonly unixStreams = new UnixNames<Listener>();
  readonly unixDatagrams = new UnixNames<DatagramSocket>();
  readonly sockets: AnonymousFs;
  readonly paths: SocketPaths;
  readonly quota: Quota | undefined;
  readonly egress: Egress | undefined;
  /** Listeners of the host inside the VM, by "address:port". No program can bind these addresses. */
  readonly #services = new Map<string, Listener>();

  constructor({ sockets, paths, quota, egress }: NetworkOptions) {
    this.sockets = sockets;
    this.paths = paths;
    this.quota = quota;
    this.egress = egress;
  }

  /** The listening TCP ports, ascending. */
  listListeners(): ListenerInfo[] {
    return Array.from(this.tcp.list())
      .filter(({ holder }) => holder.isListening)
      .map(({ host, port }) => ({ host, port }))
      .sort((a, b) => a.port - b.port);
  }

  /** Listens for the host on an address of the VM's loopback, which programs cannot bind. @throws EADDRINUSE */
  serveFromHost(host: string, port: number): HostListener {
    const place = `${host}:${port}`;
    if (this.#services.has(place)) throw sysError("EADDRINUSE");
    const listener = new Listener({ family: AF_INET, host, port }, HOST_BACKLOG);
    this.#services.set(place, listener);
    return {
      changed: (wake) => listener.changed.listen(wake),
      take: () => this.#takeForHost(listener),
      close: () => {
        listener.close();
        this.#services.delete(place);
      },
    };
  }

  /** Takes a connection. One for which the limit on sockets leaves no room is reset. */
  #takeForHost(listener: Listener): OutsideStream | undefined {
    for (let pending = listener.take(); pending !== undefined; pending = listener.take()) {
      const { stream, local, remote } = pending;
      try {
        return new OutsideStream(StreamSocket.connected(this, HOST_OWNER, stream, local, remote));
      } catch (error) {
        stream.abort();
        if (!isSysError(error)) throw error;
      }
    }
    return undefined;
  }

  /** The listener that gets a connection to an address of the VM's loopback. */
  findListener(host: string, port: number): Listener | undefined {
    return this.#services.get(`${host}:${port}`) ?? this.tcp.find(host, port)?.listener;
  }

  /** Connects the host to a listener in the VM, as if from 127.0.0.1. @throws ECONNREFUSED */
  connectFromHost(port: number): OutsideStream {
    const listener = this.tcp.find("127.0.0.1", port)?.listener ?? this.tcp.find("::1", port)?.listener;
    const remote = { family: AF_INET, host: "127.0.0.1", port: 0 } as const;
    const stream = listener?.connect(remote, { ...remote, port });
    if (stream === undefined) throw sysError("ECONNREFUSED");
    return new OutsideStream(StreamSocket.connected(this, HOST_OWNER, stream, remote, { ...remote, port }));
  }
}

const HOST_BACKLOG = 256;
const HOST_OWNER: Owner = { uid: 0, gid: 0 };

/** What is bound to UNIX addresses: abstract names ("\0name") or inodes. */
class UnixNames<T> {
  readonly #abstract = new Map<string, T>();
  readonly #byInode = new Map<FileSystem, Map<number, T>>();

  get(place: string | Inode): T | undefined {
    if (typeof place === "string") return this.#abstract.get(place);
    return this.#byInode.get(place.fs)?.get(place.ino);
  }

  set(place: string | Inode, holder: T): void {
    if (typeof place === "string") {
      this.#abstract.set(place, holder);
      return;
    }
    let inodes = this.#byInode.get(place.fs);
    if (inodes === undefined) this.#byInode.set(place.fs, (inodes = new Map()));
    inodes.set(place.ino, holder);
  }

  delete(place: string | Inode): void {
    if (typeof place === "string") this.#abstract.delete(place);
    else this.#byInode.get(place.fs)?.delete(place.ino);
  }
}
