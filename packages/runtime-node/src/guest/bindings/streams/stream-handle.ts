// A libuv stream on a descriptor of the kernel. It is a JSStream, so that Node's C++ parts (TLS, HTTP/2) can be
// layered on it; writes from JavaScript bypass that. Callers: Node's lib/internal/stream_base_commons.js and
// lib/net.js.

import type { Origin } from "../../async-origins.ts";
import type { Native, NodeInternals } from "../../internals.ts";
import type { KernelClient } from "../../kernel-client.ts";
import { LoopHold } from "../loop-hold.ts";
import { DescriptorReader } from "./descriptor-reader.ts";
import { DescriptorWriter } from "./descriptor-writer.ts";
import { StreamState } from "./stream-state.ts";

const NOT_CONNECTED = -107;
const later = setImmediate;
const toBuffer = Buffer.from;
const concat = Buffer.concat;

interface JsStream {
  getAsyncId(): number;
  readBuffer(data: Uint8Array): void;
  emitEOF(): void;
  finishWrite(request: object, status: number): void;
  finishShutdown(request: object, status: number): void;
}

/** The request that Node's writers wait for. */
export interface WriteRequest {
  writeStatus: number | null;
  oncomplete?: (this: WriteRequest, status: number, handle: unknown, error: unknown) => void;
}

/** Node's Writable. */
interface Writable {
  _writableState?: { onwrite(): void };
}

export function createStreamClass(node: NodeInternals, kernel: KernelClient) {
  const { JSStream } = node.binding("js_stream") as { JSStream: new () => JsStream };
  const UV_EOF = node.binding("uv").UV_EOF as number;
  const state = new StreamState(node);
  const ownerSymbol = node.binding("symbols").owner_symbol as symbol;

  return class VirtualStream extends JSStream {
    descriptor = -1;
    /** Whether writes wait for the kernel, as those to a terminal, a file or a standard pipe do. */
    isBlocking = false;
    /**
     * Whether writes count as done once they have been sent. fork()'s channel needs this: while a write is pending
     * Node no longer keeps the channel alive, as with libuv writes hardly ever are, and a program could end before its
     * child's last message.
     */
    isPosting = false;
    reading = false;
    /** Whether TLS or HTTP/2 in C++ reads from it. */
    isConsumed = false;
    readonly #reader = new DescriptorReader(kernel, this);
    readonly #writer = new DescriptorWriter(kernel, this);
    readonly #hold = new LoopHold(kernel);
    #closed = false;
    /** How many bytes have been sent but not yet written. */
    writeQueueSize = 0;
    /** The async context of callbacks that are not called by a method of the native class. */
    protected readonly origin: Origin;

    constructor() {
      super();
      this.origin = kernel.origins.of(this);
      const hooks: Record<string, Native> = {
        onreadstart: () => {
          this.isConsumed = true;
          return this.readStart();
        },
        onreadstop: () => this.readStop(),
        isClosing: () => this.#closed,
        onwrite: (request, chunks) => this.#writeFor(request as object, chunks as Uint8Array[]),
        onshutdown: (request) => this.#shutdownFor(request as object),
      };
      for (const [name, value] of Object.entries(hooks)) {
        Object.defineProperty(this, name, { value, configurable: true });
      }
    }

    get fd(): number {
      return this.descriptor;
    }

    open(fd: number): number {
      this.descriptor = fd;
      return 0;
    }

    setBlocking(on: boolean): number {
      this.isBlocking = on;
      return 0;
    }

    // ── reading ────────────────────────────────────────────────────────

    readStart(): number {
      if (this.descriptor < 0) return NOT_CONNECTED;
      this.reading = true;
      this.#reader.pump();
      this.updateHold();
      return 0;
    }

    readStop(): number {
      if (this.reading) this.#reader.stop();
      this.reading = false;
      this.updateHold();
      return 0;
    }

    emitEnd(errno: number): void {
      if (errno === 0) this.emitEOF();
      else {
        state.readFailed(errno || UV_EOF);
        kernel.origins.run(this.origin, () =>
          (this as unknown as { onread(buffer?: ArrayBuffer): void }).onread(undefined),
        );
      }
    }

    // ── writing ────────────────────────────────────────────────────────

    writeBuffer(request: WriteRequest | null, data: Uint8Array): unknown {
      return this.send(request, data);
    }

    writeUtf8String(request: WriteRequest | null, text: string): unknown {
      return this.send(request, toBuffer(text, "utf8"));
    }

    writeLatin1String(request: WriteRequest | null, text: string): unknown {
      return this.send(request, toBuffer(text, "latin1"));
    }

    writeAsciiString(request: WriteRequest | null, text: string): unknown {
      return this.send(request, toBuffer(text, "latin1"));
    }

    writeUcs2String(request: WriteRequest | null, text: string): unknown {
      return this.send(request, toBuffer(text, "utf16le"));
    }

    writev(request: WriteRequest | null, chunks: readonly unknown[], allBuffers: boolean): unknown {
      return this.send(request, concat(encode(chunks, allBuffers)));
    }

    send(request: WriteRequest | null, data: Uint8Array): unknown {
      const isAsync = !this.isBlocking && !this.isPosting;
      state.writing(data.length, isAsync);
      if (this.isBlocking) return this.#writer.writeNow(data);
      if (this.isPosting) {
        this.transmit(data, () => {});
        return 0;
      }
      const waiting: WriteRequest = request ?? { writeStatus: null };
      this.transmit(data, (status) => waiting.oncomplete?.(status, this, undefined));
      return request ? 0 : waiting;
    }

    /** Finishes a write that the program was broken off in: its stream would wait for it for ever. */
    finishBrokenWrite(): void {
      const owner = (this as unknown as Record<symbol, Writable | undefined>)[ownerSymbol];
      owner?._writableState?.onwrite();
    }

    /** Sends all of the data. `done` is called in a turn of its own. */
    transmit(data: Uint8Array, done: (status: number) => void): void {
      this.#writer.writeLater(data, done);
    }

    #writeFor(request: object, chunks: readonly Uint8Array[]): number {
      this.transmit(concat(chunks), (status) => this.finishWrite(request, status));
      return 0;
    }

    #shutdownFor(request: object): number {
      // A pipe has no half to close; Node takes this error as success.
      if (this.isBlocking) return NOT_CONNECTED;
      this.endOutput((errno) => this.finishShutdown(request, errno));
      return 0;
    }

    /** Tells the other side, after everything that was sent, that there is no more. */
    endOutput(done: (status: number) => void): void {
      kernel.operate("SHUTDOWNWRAP", "shutdown", [this.descriptor], done);
    }

    // ── life ───────────────────────────────────────────────────────────

    ref(): void {
      this.#hold.isRef = true;
      this.updateHold();
    }

    unref(): void {
      this.#hold.isRef = false;
      this.updateHold();
    }

    hasRef(): boolean {
      return this.#hold.isRef;
    }

    /** Whether the event loop should wait for something other than reading and writing. */
    get isBusy(): boolean {
      return false;
    }

    /** Holds the event loop while there is something to wait for. */
    updateHold(): void {
      this.#hold.isActive = !this.#closed && (this.reading || this.#writer.isBusy || this.isBusy);
    }

    close(callback?: () => void): void {
      if (this.#closed) return;
      this.#closed = true;
      this.reading = false;
      this.updateHold();
      this.release();
      // Even without a callback, closing a handle takes a turn of the event loop, as uv_close() does in libuv.
      later(() => {
        if (callback) kernel.origins.run(this.origin, () => callback.call(this));
      });
    }

    get isClosed(): boolean {
      return this.#closed;
    }

    /** Closes the descriptor. */
    release(): void {
      if (this.descriptor >= 0) kernel.post("closeStream", this.descriptor);
    }

    reset(callback?: () => void): number {
      this.close(callback);
      return 0;
    }
  };
}

/** If not all chunks are buffers, each is followed by its encoding. */
function encode(chunks: readonly unknown[], allBuffers: boolean): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let i = 0; i < chunks.length; i += allBuffers ? 1 : 2) {
    const chunk = chunks[i];
    const isText = typeof chunk === "string";
    parts.push(isText ? toBuffer(chunk, chunks[i + 1] as BufferEncoding) : (chunk as Uint8Array));
  }
  return parts;
}
