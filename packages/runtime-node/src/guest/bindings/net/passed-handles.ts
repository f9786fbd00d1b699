// Handles sent over the channel of fork(). Caller: Node's lib/internal/child_process.js, which sends one and waits
// until it is acknowledged; if a receiver did not get it with its message, it says so, and the handle is sent again.

import type { Value } from "@agentos/kernel/channel/guest";
import type { NodeInternals } from "../../internals.ts";
import type { KernelClient } from "../../kernel-client.ts";
import type { Sockets } from "./sockets.ts";

/** A handle of a socket: TCP, Pipe or UDP. */
export interface PassedHandle {
  readonly fd: number;
  /** Absent on handles that are not streams. */
  suspend?(): void;
}

interface ReceivedHandle {
  ownName?: readonly Value[];
  peerName?: readonly Value[];
  open(fd: number): number;
  startFlow(id: number, fd: number): void;
  notice(name: string, args: readonly Value[]): void;
}

type HandleClass = new (type: number) => ReceivedHandle;

/** Occurs in both of Node's serializations. */
const ANNOUNCEMENT = Buffer.from("NODE_HANDLE");
const indexOf = Function.prototype.call.bind(Buffer.prototype.indexOf) as unknown as (
  data: Uint8Array,
  value: Uint8Array,
) => number;

const INVALID = -22;

export const announcesHandle = (data: Uint8Array): boolean =>
  indexOf(Buffer.from(data.buffer as ArrayBuffer, data.byteOffset, data.length), ANNOUNCEMENT) >= 0;

/** @returns 0, or a negative errno */
export function passHandle(kernel: KernelClient, channel: number, handle: PassedHandle): number {
  if (typeof handle.fd !== "number" || handle.fd < 0) return INVALID;
  handle.suspend?.();
  return kernel.call("passHandle", channel, handle.fd).errno;
}

/** The handle that came along with the bytes just read, if any. */
export function takeHandle(node: NodeInternals, sockets: Sockets, channel: number): object | null {
  const { kernel } = sockets;
  const { errno, value } = kernel.call("takeHandle", channel);
  if (errno < 0 || value === null) return null;
  const [fd, kind, own, peer] = value as [number, string, Value[], Value[]];
  const binding = node.binding(`${kind.toLowerCase()}_wrap`);
  const handle = new (binding[kind] as HandleClass)(0);
  if (peer.length === 0 || kind === "UDP") {
    handle.open(fd);
    if (kind !== "UDP") handle.ownName = own;
    return handle;
  }
  handle.ownName = own;
  handle.peerName = peer;
  const id = sockets.add(handle);
  kernel.post("flowOpen", id, fd);
  handle.startFlow(id, fd);
  return handle;
}
