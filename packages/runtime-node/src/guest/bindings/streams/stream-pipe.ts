// A file as the source of an HTTP/2 response (respondWithFile, respondWithFD). In Node, C++ moves it from a native
// handle to the stream; here JavaScript reads and writes. Source: node's src/stream_pipe.cc; caller:
// lib/internal/http2/core.js.

import type { Internals, Native, NodeInternals } from "../../internals.ts";
import type { KernelClient } from "../../kernel-client.ts";

const CHUNK = 65_536;
const later = setImmediate;

/** Node's FileHandle, opened for a range of the file; -1: from the current position, to the end. */
interface Source {
  fd: number;
  readonly offset: number;
  readonly length: number;
  onread(): void;
}

interface Sink extends Internals {
  shutdown(request: object): number;
}

export function installStreamPipe(node: NodeInternals, kernel: KernelClient): void {
  const { owner_symbol } = node.binding("symbols") as { owner_symbol: symbol };
  const { streamBaseState, kReadBytesOrError, ShutdownWrap } = node.binding("stream_wrap") as {
    streamBaseState: Int32Array;
    kReadBytesOrError: number;
    ShutdownWrap: new () => Internals;
  };
  const { writeGeneric } = node.module("internal/stream_base_commons") as {
    writeGeneric(stream: object, data: Uint8Array, encoding: "buffer", done: Native): Internals;
  };

  class StreamPipe {
    readonly source: Source;
    readonly sink: Sink;
    onunpipe: (() => void) | undefined;
    #done = 0;

    constructor(source: Source, sink: Sink) {
      this.source = source;
      this.sink = sink;
    }

    start(): void {
      this.#read();
    }

    #read(): void {
      const { fd, offset, length } = this.source;
      const size = length < 0 ? CHUNK : Math.min(CHUNK, length - this.#done);
      const stream = Reflect.get(this.sink, owner_symbol) as { destroyed: boolean } | undefined;
      if (!stream || stream.destroyed) this.onunpipe?.();
      else if (size === 0) this.#end();
      else {
        const position = offset < 0 ? -1 : offset + this.#done;
        kernel.request("read", [fd, size, position], (errno, value) => {
          if (errno < 0) this.#fail(errno);
          else this.#write(stream, value as Uint8Array);
        });
      }
    }

    #write(stream: object & { destroyed: boolean }, bytes: Uint8Array): void {
      if (stream.destroyed || bytes.length === 0) {
        if (stream.destroyed) this.onunpipe?.();
        else this.#end();
        return;
      }
      this.#done += bytes.length;
      const request = writeGeneric(stream, Buffer.from(bytes), "buffer", (error) => {
        if (error) this.onunpipe?.();
        else later(() => this.#read());
      });
      // The stream does not count bytes that it did not write itself.
      request.bytes = 0;
    }

    #end(): void {
      const request = new ShutdownWrap();
      const finish = (): void => this.onunpipe?.();
      request.oncomplete = finish;
      request.handle = this.sink;
      // 1: done at once.
      if (this.sink.shutdown(request) !== 0) finish();
    }

    #fail(errno: number): void {
      streamBaseState[kReadBytesOrError] = errno;
      this.source.onread();
      this.onunpipe?.();
    }
  }
  node.binding("stream_pipe").StreamPipe = StreamPipe;
}
