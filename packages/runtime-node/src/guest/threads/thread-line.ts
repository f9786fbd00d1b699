// A worker thread's way to the kernel. Requests are packets on a stream that all workers share. Replies come through
// the switchboard: short ones in shared memory, on which the thread waits; long ones, and events, as messages. A
// waiting thread can be terminated at any time and never holds up another.

import type { MessagePort } from "node:worker_threads";
import { LONGEST_PACKET, PACKET_HEAD, REQUESTS_FD } from "../../abi/thread-streams.ts";
import type { Native, NodeInternals } from "../internals.ts";
import { createWriter, type EventSource, type KernelLine } from "../kernel-line.ts";
import { Reply, type ThreadPorts } from "./thread-ports.ts";

const { load, store, wait } = Atomics;

export function threadLine(node: NodeInternals, thread: number, ports: ThreadPorts): KernelLine {
  const exit = node.binding("process_methods").reallyExit as (code: number) => never;
  const lost = (): never => exit(1);
  return {
    calls: { write: createSender(node, thread, lost), read: createReader(node, ports) },
    events: messageEvents(node, ports.events),
    lost,
  };
}

/** Splits what is to be sent into packets. */
function createSender(node: NodeInternals, thread: number, lost: () => never): (bytes: Uint8Array) => void {
  const write = createWriter(node);
  const packet = new Uint8Array(LONGEST_PACKET);
  const head = new DataView(packet.buffer);
  head.setUint32(4, thread, true);
  return (bytes) => {
    for (let at = 0; at < bytes.length; ) {
      const count = Math.min(bytes.length - at, LONGEST_PACKET - PACKET_HEAD);
      head.setUint32(0, count + 4, true);
      packet.set(bytes.subarray(at, at + count), PACKET_HEAD);
      if (!write(REQUESTS_FD, packet.subarray(0, PACKET_HEAD + count))) lost();
      at += count;
    }
  };
}

function createReader(node: NodeInternals, { reply, parcels }: ThreadPorts) {
  const { receiveMessageOnPort } = node.module("internal/worker/io") as {
    receiveMessageOnPort(port: MessagePort): { message: Uint8Array } | undefined;
  };
  const state = new Int32Array(reply);
  const short = new Uint8Array(reply, Reply.headBytes);
  let unread: Uint8Array = short.subarray(0, 0);
  return (into: Uint8Array, offset: number, length: number): number => {
    if (unread.length === 0) {
      while (load(state, Reply.kind) === Reply.none) wait(state, Reply.kind, Reply.none);
      const isShort = load(state, Reply.kind) === Reply.short;
      unread = isShort ? short.subarray(0, state[Reply.length]) : receiveMessageOnPort(parcels)!.message;
      store(state, Reply.kind, Reply.none);
    }
    const count = Math.min(length, unread.length);
    into.set(unread.subarray(0, count), offset);
    unread = unread.subarray(count);
    return count;
  };
}

function messageEvents(node: NodeInternals, port: MessagePort): EventSource {
  Reflect.set(port, node.binding("symbols").resource_symbol as symbol, {});
  const events: EventSource = {
    onread: () => {},
    bytesOf: (buffer) => buffer && new Uint8Array(buffer),
    start() {
      port.on("message", (buffer: ArrayBuffer) => (events.onread as Native)(buffer));
      port.unref();
    },
    ref: () => port.ref(),
    unref: () => port.unref(),
  };
  return events;
}
