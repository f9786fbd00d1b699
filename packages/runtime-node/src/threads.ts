// The worker threads of one guest, on the kernel's side. Each has a channel of its own over two shared streams, makes
// calls in the name of its process, and counts as a process of the VM. See abi/thread-streams.ts.

import type { Process } from "@agentos/kernel";
import { sysError } from "@agentos/kernel/abi";
import {
  FrameSplitter,
  type GuestCall,
  HostChannel,
  MalformedFrame,
  type Value,
} from "@agentos/kernel/channel";
import type { Proc } from "@agentos/kernel/program";
import { DELIVERY_HEAD, Delivery, PACKET_HEAD, SWITCHBOARD } from "./abi/thread-streams.ts";
import { integer, list, text } from "./calls/arguments.ts";
import { createCalls } from "./calls/calls.ts";
import { CommandLineError, parseCommandLine } from "./command-line.ts";
import { OwnDescriptors } from "./own-descriptors.ts";
import { SharedEnvironments } from "./shared-environments.ts";

export interface ThreadStreams {
  /** Sends bytes to the switchboard; `taken` is called when it has received them. */
  deliver(head: Uint8Array, bytes: Uint8Array, taken: () => void): void;
  readonly backlog: number;
  /** Stops reading the threads' requests, or resumes. */
  hold(on: boolean): void;
}

export interface ThreadsOptions {
  process: Process;
  streams: ThreadStreams;
  onFailure(error: unknown): void;
}

interface Thread {
  channel: HostChannel;
  descriptors: OwnDescriptors;
}

export class Threads {
  readonly #options: ThreadsOptions;
  readonly #threads = new Map<number, Thread>();
  readonly #splitter = new FrameSplitter();
  readonly #holding = new Set<number>();
  /** Calls that every thread of the guest may make, including the main thread. */
  readonly calls: Record<string, GuestCall> = {
    startThread: (id) => this.#start(integer(id)),
    /** The meaning of a worker's execArgv; null if it contains an option that a worker cannot have. */
    readOptions: (words, NODE_OPTIONS) => readOptions(list(words).map(text), text(NODE_OPTIONS)),
    ...new SharedEnvironments().calls,
  };

  constructor(options: ThreadsOptions) {
    this.#options = options;
  }

  /** @throws EEXIST · EAGAIN the VM's limit on processes, which counts threads, is reached */
  #start(id: number): void {
    if (id === SWITCHBOARD || this.#threads.has(id)) throw sysError("EEXIST");
    const { process } = this.#options;
    process.kernel.quotas.processes.take();
    const descriptors = new OwnDescriptors(process);
    this.#threads.set(id, { channel: this.#openChannel(id, descriptors.proc), descriptors });
  }

  #openChannel(id: number, proc: Proc): HostChannel {
    const { process, streams, onFailure } = this.#options;
    let replyBacklog = 0;
    const calls: Record<string, GuestCall> = {
      ...createCalls(proc, {
        process,
        notify: (name, ...args) => channel.notify(name, ...args),
        block: (work) => channel.block(work),
        room: (length) => channel.room(length),
      }),
      ...this.calls,
    };
    const channel: HostChannel = new HostChannel({
      streams: {
        reply(bytes) {
          const { length } = bytes;
          replyBacklog += length;
          streams.deliver(headOf(id, Delivery.reply, bytes), bytes, () => (replyBacklog -= length));
        },
        event: (bytes) => streams.deliver(headOf(id, Delivery.event, bytes), bytes, nothing),
        get backlog() {
          return streams.backlog;
        },
        get replyBacklog() {
          return replyBacklog;
        },
        hold: (on) => this.#hold(id, on),
      },
      find: (name) => (Object.hasOwn(calls, name) ? calls[name] : undefined),
      generation: () => process.kernel.namespace.generation,
      onFailure,
    });
    return channel;
  }

  /** One thread that asks too much holds up the others: they belong to the same program. */
  #hold(id: number, on: boolean): void {
    if (on) this.#holding.add(id);
    else this.#holding.delete(id);
    this.#options.streams.hold(this.#holding.size > 0);
  }

  /** Takes bytes of the stream that the threads share. */
  receive(chunk: Uint8Array): void {
    try {
      this.#splitter.push(chunk, (packet) => this.#take(packet));
    } catch (error) {
      this.#options.onFailure(error);
    }
  }

  #take(packet: Uint8Array): void {
    if (packet.length < PACKET_HEAD) throw new MalformedFrame("no packet");
    const view = new DataView(packet.buffer, packet.byteOffset, packet.length);
    const id = view.getUint32(4, true);
    if (id !== SWITCHBOARD) this.#threads.get(id)?.channel.receive(packet.slice(PACKET_HEAD));
    else if (packet.length === PACKET_HEAD + 4) this.#end(view.getUint32(PACKET_HEAD, true));
    else throw new MalformedFrame("no end of a thread");
  }

  /** Ends a thread. As in Node, its files and sockets are closed. */
  #end(id: number): void {
    const thread = this.#threads.get(id);
    if (!thread) return;
    this.#threads.delete(id);
    thread.channel.close();
    this.#hold(id, false);
    thread.descriptors.endAll();
    this.#options.process.kernel.quotas.processes.give();
  }

  /** The guest has ended, and its threads with it. */
  close(): void {
    for (const { channel } of this.#threads.values()) {
      channel.close();
      this.#options.process.kernel.quotas.processes.give();
    }
    this.#threads.clear();
  }
}

const nothing = (): void => {};

function headOf(thread: number, kind: number, bytes: Uint8Array): Uint8Array {
  const head = new Uint8Array(DELIVERY_HEAD);
  const view = new DataView(head.buffer);
  view.setUint32(0, DELIVERY_HEAD - 4 + bytes.length, true);
  view.setUint32(4, thread, true);
  view.setUint32(8, kind, true);
  return head;
}

/** @returns a worker's options that Node's library reads; null if there is one that a worker cannot have */
function readOptions(words: readonly string[], NODE_OPTIONS: string): Value {
  try {
    const { nodeFlags, options } = parseCommandLine(["node", ...words], {
      version: process.version,
      NODE_OPTIONS,
    });
    if (nodeFlags.some((flag) => OF_PROCESSES.test(flag))) return null;
    return [...nodeFlags.map(asOption), ...[...options].map(([name, value]): Value => [name, value])];
  } catch (error) {
    if (!(error instanceof CommandLineError)) throw error;
    return null;
  }
}

/** Options that apply to V8 or to the whole process. Source: worker_threads in Node's doc/api, "execArgv". */
const OF_PROCESSES =
  /^--(no-)?(abort|disable-proto|expose-gc|interpreted|jitless|max-|secure-heap|stack-|title|use-strict|v8-|verify-base)/;

/** "--no-warnings", "--conditions=a" */
function asOption(flag: string): Value {
  const at = flag.indexOf("=");
  if (at > 0) {
    const [name, value] = [flag.slice(0, at), flag.slice(at + 1)];
    return [name, LISTS.has(name) ? [value] : value];
  }
  return flag.startsWith("--no-") ? [`--${flag.slice(5)}`, false] : [flag, true];
}

const LISTS = new Set(["--conditions", "--disable-warning"]);
