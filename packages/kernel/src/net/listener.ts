// The queue of a listening socket: connections that nobody has accepted yet.

import { AF_UNIX, type SocketAddress } from "../abi/sockets.ts";
import { WaitQueue } from "../wait-queue.ts";
import { StreamEnd } from "./stream.ts";

/** Linux: net.core.somaxconn. */
const BACKLOG_MAX = 4096;

export interface Pending {
  stream: StreamEnd;
  /** The listener's address, as the client reached it. */
  local: SocketAddress;
  /** The client's address. */
  remote: SocketAddress;
}

export class Listener {
  /** Woken when a connection arrives, and when a place in the queue becomes free. */
  readonly changed = new WaitQueue();
  readonly address: SocketAddress;
  #backlog: number;
  #pending: Pending[] = [];
  #closed = false;

  constructor(address: SocketAddress, backlog: number) {
    this.address = address;
    this.#backlog = clampBacklog(backlog);
  }

  set backlog(backlog: number) {
    this.#backlog = clampBacklog(backlog);
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  get hasPending(): boolean {
    return this.#pending.length > 0;
  }

  /** Queues a connection. @returns the client's end; undefined if the queue is full */
  connect(remote: SocketAddress, local = this.address): StreamEnd | undefined {
    if (this.#pending.length > this.#backlog) return undefined;
    const [client, server] = StreamEnd.pair(local.family === AF_UNIX);
    this.#pending.push({ stream: server, local, remote });
    this.changed.wake();
    return client;
  }

  take(): Pending | undefined {
    const pending = this.#pending.shift();
    if (pending) this.changed.wake();
    return pending;
  }

  /** Resets all connections that wait to be accepted. */
  close(): void {
    this.#closed = true;
    for (const { stream } of this.#pending) stream.abort();
    this.#pending = [];
    this.changed.wake();
  }
}

const clampBacklog = (backlog: number): number => Math.min(Math.max(backlog, 0), BACKLOG_MAX);
