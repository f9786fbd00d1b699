// How a thread of the guest reaches the kernel. The main thread has two descriptors of its own.

import type { CallStream } from "@agentos/kernel/channel/guest";
import type { Native, NodeInternals } from "./internals.ts";

const CALLS_FD = 3;
const EVENTS_FD = 4;

export interface KernelLine {
  readonly calls: CallStream;
  readonly events: EventSource;
  /** Called when the kernel is gone: ends the thread. */
  lost(): never;
}

/** A source of events. It keeps the event loop alive while it is referenced. */
export interface EventSource {
  /** The bytes of `buffer` are read by `bytesOf`. */
  onread: (buffer: ArrayBuffer | undefined) => void;
  bytesOf(buffer: ArrayBuffer | undefined): Uint8Array | undefined;
  start(): void;
  ref(): void;
  unref(): void;
}

interface PipeHandle {
  open(fd: number): number;
  readStart(): number;
  ref(): void;
  unref(): void;
  onread: (buffer: ArrayBuffer | undefined) => void;
}

/** Creates a function that writes all of some bytes to a real descriptor. @returns whether that succeeded */
export function createWriter(node: NodeInternals): (fd: number, bytes: Uint8Array) => boolean {
  const { writeBuffer } = node.binding("fs") as Record<"writeBuffer", Native>;
  return (fd, bytes) => {
    for (let at = 0; at < bytes.length; ) {
      const context: { errno?: number } = {};
      const count = writeBuffer(fd, bytes, at, bytes.length - at, null, undefined, context);
      if (context.errno !== undefined) return false;
      at += count as number;
    }
    return true;
  };
}

/** Makes a real stream descriptor of this process a source of events. */
export function openEvents(node: NodeInternals, fd: number, lost: () => never): EventSource {
  const { Pipe, constants } = node.binding("pipe_wrap") as {
    Pipe: new (type: number) => PipeHandle;
    constants: { SOCKET: number };
  };
  const { streamBaseState, kReadBytesOrError, kArrayBufferOffset } = node.binding("stream_wrap") as {
    streamBaseState: Int32Array;
    kReadBytesOrError: number;
    kArrayBufferOffset: number;
  };
  const pipe = new Pipe(constants.SOCKET);
  pipe.open(fd);
  // The resource that async_hooks show for callbacks of these events.
  Reflect.set(pipe, node.binding("symbols").resource_symbol as symbol, {});
  const { ref, unref, readStart } = pipe;
  return {
    set onread(run: (buffer: ArrayBuffer | undefined) => void) {
      pipe.onread = run;
    },
    bytesOf(buffer) {
      const count = streamBaseState[kReadBytesOrError]!;
      if (count < 0) lost();
      return buffer && new Uint8Array(buffer, streamBaseState[kArrayBufferOffset]!, count);
    },
    start: () => void readStart.call(pipe),
    ref: () => ref.call(pipe),
    unref: () => unref.call(pipe),
  };
}

export function mainLine(node: NodeInternals): KernelLine {
  const { read } = node.binding("fs") as Record<"read", Native>;
  const write = createWriter(node);
  const exit = node.binding("process_methods").reallyExit as (code: number) => never;
  const lost = (): never => exit(1);
  return {
    calls: {
      write: (bytes) => {
        if (!write(CALLS_FD, bytes)) lost();
      },
      read: (into, offset, length) => {
        for (;;) {
          try {
            return read(CALLS_FD, into, offset, length, -1) as number;
          } catch (error) {
            // Interrupted by the SIGINT of interrupts.ts.
            if ((error as NodeJS.ErrnoException).code !== "EINTR") throw error;
          }
        }
      },
    },
    events: openEvents(node, EVENTS_FD, lost),
    lost,
  };
}
