// The thread that distributes to the worker threads of a guest what the kernel sends them. It reads one stream and
// runs no code of the guest. It is a thread of its own because all others may be waiting: workers for a reply, and the
// main thread, in Atomics.wait, for a worker that waits for the kernel.

import type { MessagePort } from "node:worker_threads";
import { FrameSplitter } from "@agentos/kernel/channel/guest";
import {
  DELIVERIES_FD,
  DELIVERY_HEAD,
  Delivery,
  PACKET_HEAD,
  REQUESTS_FD,
  SWITCHBOARD,
} from "../../abi/thread-streams.ts";
import type { NodeInternals } from "../internals.ts";
import { createWriter, openEvents } from "../kernel-line.ts";
import { type Registration, Reply } from "./thread-ports.ts";

/** To be called before the lock-down. */
export function createSwitchboard(node: NodeInternals): (registry: MessagePort) => void {
  const exit = node.binding("process_methods").reallyExit as (code: number) => never;
  const source = openEvents(node, DELIVERIES_FD, () => exit(1));
  const write = createWriter(node);
  return (registry) => {
    const board = new Switchboard(node, (thread) => write(REQUESTS_FD, endOf(thread)));
    const splitter = new FrameSplitter();
    source.onread = (buffer) => {
      const bytes = source.bytesOf(buffer);
      if (bytes) splitter.push(bytes, (frame) => board.deliver(frame));
    };
    source.start();
    board.listen(registry);
  };
}

/** The packet that tells the kernel that a thread has ended. */
function endOf(thread: number): Uint8Array {
  const packet = new Uint8Array(PACKET_HEAD + 4);
  const view = new DataView(packet.buffer);
  view.setUint32(0, packet.length - 4, true);
  view.setUint32(4, SWITCHBOARD, true);
  view.setUint32(PACKET_HEAD, thread, true);
  return packet;
}

class Switchboard {
  readonly #threads = new Map<number, Registration>();
  readonly #registries = new Set<MessagePort>();
  readonly #receive: (port: MessagePort) => { message: Registration } | undefined;
  readonly #ended: (thread: number) => void;

  constructor(node: NodeInternals, ended: (thread: number) => void) {
    const io = node.module("internal/worker/io") as {
      receiveMessageOnPort(port: MessagePort): { message: Registration } | undefined;
    };
    this.#receive = io.receiveMessageOnPort;
    this.#ended = ended;
  }

  listen(registry: MessagePort): void {
    this.#registries.add(registry);
    registry.on("message", (registration: Registration) => this.#register(registration));
    registry.on("close", () => this.#registries.delete(registry));
  }

  #register(registration: Registration): void {
    const { thread, events, registry } = registration;
    this.#threads.set(thread, registration);
    this.listen(registry);
    events.on("close", () => {
      this.#threads.delete(thread);
      this.#ended(thread);
    });
    // Unless it is started, its "close" event never comes.
    events.start();
  }

  deliver(frame: Uint8Array): void {
    const view = new DataView(frame.buffer, frame.byteOffset);
    const thread = view.getUint32(4, true);
    const isReply = view.getUint32(8, true) === Delivery.reply;
    const bytes = frame.subarray(DELIVERY_HEAD);
    const found = this.#threads.get(thread) ?? this.#findNew(thread);
    if (!found) return;
    if (isReply) this.#reply(found, bytes);
    else {
      const copy = bytes.slice();
      found.events.postMessage(copy.buffer, [copy.buffer]);
    }
  }

  /** Looks for a thread whose registration has not been read yet: it was sent before the thread began. */
  #findNew(thread: number): Registration | undefined {
    for (let found = true; found; ) {
      found = false;
      for (const registry of [...this.#registries]) {
        const received = this.#receive(registry);
        if (!received) continue;
        found = true;
        this.#register(received.message);
      }
    }
    return this.#threads.get(thread);
  }

  #reply({ reply, parcels }: Registration, bytes: Uint8Array): void {
    const state = new Int32Array(reply);
    if (bytes.length <= Reply.size) {
      new Uint8Array(reply, Reply.headBytes).set(bytes);
      state[Reply.length] = bytes.length;
      Atomics.store(state, Reply.kind, Reply.short);
    } else {
      const copy = bytes.slice();
      parcels.postMessage(copy, [copy.buffer]);
      Atomics.store(state, Reply.kind, Reply.long);
    }
    Atomics.notify(state, Reply.kind);
  }
}
