// What connects a worker thread and the switchboard.

import type { MessagePort } from "node:worker_threads";

/** The shared memory for replies: u32 kind · u32 length · bytes. Indexes count u32 elements. */
export const Reply = {
  kind: 0,
  length: 1,
  headBytes: 8,
  size: 1 << 16,
  /** Values of kind: nothing yet; the reply is in this memory; it comes as a message. */
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
  /** Where this thread registers the threads that it starts. */
  registry: MessagePort;
}

/** The switchboard's side of a thread, as it is registered. */
export interface Registration {
  thread: number;
  reply: SharedArrayBuffer;
  parcels: MessagePort;
  events: MessagePort;
  registry: MessagePort;
}
