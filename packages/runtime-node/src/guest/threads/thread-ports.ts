// What a worker thread and the switchboard have between them.

import type { MessagePort } from "node:worker_threads";

/** The shared memory of replies: u32 kind · u32 length · bytes. Indexes count in u32. */
export const Reply = {
  kind: 0,
  length: 1,
  headBytes: 8,
  size: 1 << 16,
  /** Values of kind: nothing yet; in this memory; a message. */
  none: 0,
  short: 1,
  long: 2,
} as const;

/** The thread's side. */
export interface ThreadPorts {
  reply: SharedArrayBuffer;
  /** Replies that are too long for the shared memory. */
  parcels: MessagePort;
  events: MessagePort;
  /** Threads that this one starts are made known here. */
  registry: MessagePort;
}

/** The switchboard's side of a thread, as it is made known. */
export interface Registration {
  thread: number;
  reply: SharedArrayBuffer;
  parcels: MessagePort;
  events: MessagePort;
  registry: MessagePort;
}
