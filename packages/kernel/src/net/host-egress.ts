// TCP and UDP out of the VM through the host's sockets, as far as the guard allows.

import type { Socket as UdpSocket } from "node:dgram";
import type { Socket as HostSocket } from "node:net";
import { sysError } from "@agentos/vfs/abi";
import { AF_INET, AF_INET6, SHUT_WR, type SocketAddress } from "../abi/sockets.ts";
import { OutsideTask } from "../process/outside-task.ts";
import { parseIpv4 } from "./addresses.ts";
import { asSysError, type Destination, type EgressGuard } from "./egress-guard.ts";
import type { Egress, EgressDatagrams } from "./network.ts";
import { StreamEnd } from "./stream.ts";

const CHUNK = 65_536;
const CONNECT_TIMEOUT_MS = 30_000;
/** The most peers from which a UDP socket accepts answers. */
const PEERS_MAX = 256;

type Receive = (bytes: Uint8Array, from: SocketAddress) => void;

export class HostEgress implements Egress {
  readonly #guard: EgressGuard;
  readonly #open = new Set<{ close(): void }>();
  #disposed = false;

  constructor(guard: EgressGuard) {
    this.#guard = guard;
  }

  exemptsLoopback(port: number): boolean {
    return this.#guard.exemptsLoopback(port);
  }

  async connect(to: Destination): Promise<{ stream: StreamEnd; local: SocketAddress }> {
    await this.#guard.check("tcp", to);
    const { connect } = await import("node:net");
    if (this.#disposed) throw sysError("ENETDOWN");
    const socket = connect({ host: to.host, port: to.port, allowHalfOpen: true, noDelay: true });
    const handle = { close: () => void socket.destroy() };
    this.#open.add(handle);
    socket.once("close", () => this.#open.delete(handle));
    await established(socket);
    const [inner, outer] = StreamEnd.pair();
    pump(socket, outer);
    return { stream: inner, local: addressOf(socket.localAddress ?? "0.0.0.0", socket.localPort ?? 0) };
  }

  openDatagrams(receive: Receive): EgressDatagrams {
    const datagrams = new HostDatagrams(this.#guard, receive, () => this.#open.delete(datagrams));
    this.#open.add(datagrams);
    return datagrams;
  }

  /** Closes every connection. Idempotent. */
  dispose(): void {
    this.#disposed = true;
    for (const handle of [...this.#open]) handle.close();
  }
}

const addressOf = (host: string, port: number): SocketAddress => ({
  family: parseIpv4(host) === undefined ? AF_INET6 : AF_INET,
  host,
  port,
});

function established(socket: HostSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => {
      socket.destroy();
      reject(asSysError(error));
    };
    socket.setTimeout(CONNECT_TIMEOUT_MS, () => fail(sysError("ETIMEDOUT")));
    socket.once("error", fail);
    socket.once("close", () => fail(sysError("ENETDOWN")));
    socket.once("connect", () => {
      socket.setTimeout(0);
      socket.removeAllListeners("timeout").removeAllListeners("error").removeAllListeners("connect");
      resolve();
    });
  });
}

/** Copies bytes both ways between a host socket and the VM until both directions have ended, with back-pressure. */
function pump(socket: HostSocket, end: StreamEnd): void {
  const task = new OutsideTask();
  socket.on("data", (chunk: Uint8Array) => {
    try {
      const written = end.write(chunk, task, false);
      if (!(written instanceof Promise)) return;
      socket.pause();
      written.then(
        () => socket.resume(),
        () => socket.destroy(),
      );
    } catch {
      socket.destroy();
    }
  });
  socket.on("end", () => end.shutdown(SHUT_WR));
  socket.on("error", () => end.abort());
  socket.on("close", () => {
    end.close();
    task.end();
  });
  void sendAll(socket, end, task).catch(() => socket.destroy());
}

async function sendAll(socket: HostSocket, end: StreamEnd, task: OutsideTask): Promise<void> {
  const buffer = new Uint8Array(CHUNK);
  for (;;) {
    const count = await end.read(buffer, task, false);
    if (count === 0) break;
    if (!socket.write(buffer.slice(0, count))) await drained(socket);
  }
  socket.end();
}

function drained(socket: HostSocket): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      socket.off("drain", done).off("close", done);
      resolve();
    };
    socket.on("drain", done).on("close", done);
  });
}

class HostDatagrams implements EgressDatagrams {
  readonly #guard: EgressGuard;
  readonly #receive: Receive;
  readonly #onClose: () => void;
  readonly #sockets = new Map<"udp4" | "udp6", UdpSocket>();
  readonly #peers = new Set<string>();
  #closed = false;

  constructor(guard: EgressGuard, receive: Receive, onClose: () => void) {
    this.#guard = guard;
    this.#receive = receive;
    this.#onClose = onClose;
  }

  async send(bytes: Uint8Array, to: Destination): Promise<void> {
    await this.#guard.check("udp", to);
    const { createSocket } = await import("node:dgram");
    if (this.#closed) return;
    const type = parseIpv4(to.host) === undefined ? "udp6" : "udp4";
    let socket = this.#sockets.get(type);
    if (socket === undefined) {
      socket = createSocket(type);
      this.#sockets.set(type, socket);
      socket.on("error", () => {});
      socket.on("message", (message, { address, port }) => {
        if (this.#peers.has(`${address} ${port}`)) this.#receive(message, addressOf(address, port));
      });
    }
    if (this.#peers.size >= PEERS_MAX) this.#peers.delete(this.#peers.keys().next().value!);
    this.#peers.add(`${to.host} ${to.port}`);
    socket.send(bytes, to.port, to.host);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const socket of this.#sockets.values()) socket.close();
    this.#onClose();
  }
}
