// A libuv stream on a descriptor of the kernel. It is a JSStream, so that Node's C++ parts (TLS, HTTP/2) can sit on it;
// JavaScript's own writes bypass that detour. Callers: Node's lib/internal/stream_base_commons.js and lib/net.js.

import type { Value } from "@agentos/kernel/channel/guest";
import type { Origin } from "../../async-origins.ts";
import type { Native, NodeInternals } from "../../internals.ts";
import type { KernelClient } from "../../kernel-client.ts";
import { LARGEST_PIECE } from "../fs/pieces.ts";

const READ_SIZE = 65_536;
/** What makes pieces large, and an output of them; and how much of it is not waited for. */
const LARGE_PIECE = 16_384;
const LARGE_OUTPUT = 524_288;
const MOST_AHEAD = 1_048_576;

interface JsStream {
  getAsyncId(): number;
  readBuffer(data: Uint8Array): void;
  emitEOF(): void;
  finishWrite(request: object, status: number): void;
  finishShutdown(request: object, status: number): void;
}

/** What Node's writers wait on. */
export interface WriteRequest {
  writeStatus: number | null;
  oncomplete?: (this: WriteRequest, status: number, handle: unknown, error: unknown) => void;
}

/** Node's Writable. */
interface WritingStream {
  _writableState?: { onwrite(): void };
}

interface StreamState {
  state: Int32Array;
  bytesWritten: number;
  wasAsync: number;
  lastError: number | undefined;
}

export function createStreamClass(node: NodeInternals, kernel: KernelClient) {
  const { JSStream } = node.binding("js_stream") as { JSStream: new () => JsStream };
  const base = node.binding("stream_wrap");
  const UV_EOF = node.binding("uv").UV_EOF as number;
  const shared: StreamState = {
    state: base.streamBaseState as Int32Array,
    bytesWritten: base.kBytesWritten as number,
    wasAsync: base.kLastWriteWasAsync as number,
    lastError: base.kLastWriteErr as number | undefined,
  };
  const ownerSymbol = node.binding("symbols").owner_symbol as symbol;
  const later = setImmediate;
  const toBuffer = Buffer.from;
  const concat = Buffer.concat;

  return class VirtualStream extends JSStream {
    descriptor = -1;
    /** Writes wait for the kernel, as those of a terminal, file or standard pipe do. */
    isBlocking = false;
    /**
     * Writes count as done once they are on their way. fork()'s channel needs it: after a write that is pending Node lets
     * go of the channel, as libuv's writes to it hardly ever are, and a program could end before its child's last word.
     */
    isPosting = false;
    reading = false;
    /** TLS or HTTP/2 in C++ read from it. */
    isConsumed = false;
    #asked = false;
    #ended = false;
    #closed = false;
    #isRef = true;
    #isHolding = false;
    #pendingWrites = 0;
    /** Bytes sent in large pieces, one after the other; and those sent ahead since one was waited for. */
    #inLargePieces = 0;
    #ahead = 0;
    /** How many bytes are on their way. */
    writeQueueSize = 0;
    /** Of what is told by no method of the native class. */
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
      this.#pump();
      this.updateHold();
      return 0;
    }

    readStop(): number {
      if (this.reading && this.#asked) kernel.post("receiveStop", this.descriptor);
      this.reading = false;
      this.updateHold();
      return 0;
    }

    #pump(): void {
      if (this.#asked || this.#closed || this.#ended || !this.reading) return;
      this.#asked = true;
      kernel.await("receive", [this.descriptor, READ_SIZE], (errno, value) => {
        later(() => this.#receive(errno, value));
      });
    }

    #receive(errno: number, value: Value): void {
      this.#asked = false;
      if (this.#closed) return;
      if (errno < 0 || (value instanceof Uint8Array && value.length === 0)) {
        this.#ended = true;
        this.reading = false;
        this.updateHold();
        this.emitEnd(errno);
        return;
      }
      // A null answer: reading was stopped before anything came.
      if (value instanceof Uint8Array)
        this.readBuffer(toBuffer(value.buffer as ArrayBuffer, value.byteOffset, value.length));
      this.#pump();
    }

    emitEnd(errno: number): void {
      if (errno === 0) this.emitEOF();
      else {
        shared.state[base.kReadBytesOrError as number] = errno || UV_EOF;
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
      const parts: Uint8Array[] = [];
      for (let i = 0; i < chunks.length; i += allBuffers ? 1 : 2) {
        const chunk = chunks[i];
        const isText = typeof chunk === "string";
        parts.push(isText ? toBuffer(chunk, chunks[i + 1] as BufferEncoding) : (chunk as Uint8Array));
      }
      return this.send(request, concat(parts));
    }

    send(request: WriteRequest | null, data: Uint8Array): unknown {
      const { state } = shared;
      state[shared.bytesWritten] = data.length;
      if (shared.lastError !== undefined) state[shared.lastError] = 0;
      if (this.isBlocking) {
        state[shared.wasAsync] = 0;
        return this.#sendBlocking(data);
      }
      if (this.isPosting) {
        state[shared.wasAsync] = 0;
        this.transmit(data, () => {});
        return 0;
      }
      state[shared.wasAsync] = 1;
      const waiting: WriteRequest = request ?? { writeStatus: null };
      this.transmit(data, (status) => waiting.oncomplete?.(status, this, undefined));
      return request ? 0 : waiting;
    }

    /**
     * Much output in large pieces does not wait for each of them to be written: the kernel does nothing else for this process
     * before it is, and errors are seen at the next piece that waits.
     */
    #sendBlocking(data: Uint8Array): number {
      this.#inLargePieces = data.length < LARGE_PIECE ? 0 : this.#inLargePieces + data.length;
      if (this.#inLargePieces > LARGE_OUTPUT && this.#ahead + data.length <= MOST_AHEAD) {
        this.#ahead += data.length;
        kernel.post("sendAhead", this.descriptor, data);
        return 0;
      }
      this.#ahead = 0;
      kernel.sending = this;
      const errno = this.#sendAll(data);
      kernel.sending = undefined;
      return errno;
    }

    #sendAll(data: Uint8Array): number {
      for (let at = 0; ; at += LARGEST_PIECE) {
        const { errno } = kernel.call("send", this.descriptor, data.subarray(at, at + LARGEST_PIECE));
        if (errno < 0 || at + LARGEST_PIECE >= data.length) return errno;
      }
    }

    /** What was broken off in the middle of a write: its stream would wait for it for ever. */
    finishBrokenWrite(): void {
      const owner = (this as unknown as Record<symbol, WritingStream | undefined>)[ownerSymbol];
      owner?._writableState?.onwrite();
    }

    /** Sends it all; `done` comes in a turn of its own. */
    transmit(data: Uint8Array, done: (status: number) => void): void {
      this.#pendingWrites++;
      this.writeQueueSize += data.length;
      this.updateHold();
      this.#transmitFrom(0, data, (errno) => {
        this.#pendingWrites--;
        this.writeQueueSize -= data.length;
        this.updateHold();
        done(errno);
      });
    }

    #transmitFrom(at: number, data: Uint8Array, done: (errno: number) => void): void {
      const end = at + LARGEST_PIECE;
      kernel.operate("WRITEWRAP", "send", [this.descriptor, data.subarray(at, end)], (errno) => {
        if (errno < 0 || end >= data.length) done(errno);
        else this.#transmitFrom(end, data, done);
      });
    }

    #writeFor(request: object, chunks: readonly Uint8Array[]): number {
      this.transmit(concat(chunks), (status) => this.finishWrite(request, status));
      return 0;
    }

    #shutdownFor(request: object): number {
      // A pipe has no half to close: Node takes this for done.
      if (this.isBlocking) return NOT_CONNECTED;
      this.endOutput((errno) => this.finishShutdown(request, errno));
      return 0;
    }

    /** Tells the other side that no more will come, after what was sent. */
    endOutput(done: (status: number) => void): void {
      kernel.operate("SHUTDOWNWRAP", "shutdown", [this.descriptor], done);
    }

    // ── life ───────────────────────────────────────────────────────────

    ref(): void {
      this.#isRef = true;
      this.updateHold();
    }

    unref(): void {
      this.#isRef = false;
      this.updateHold();
    }

    hasRef(): boolean {
      return this.#isRef;
    }

    /** Whether there is something besides reading and writing that the event loop should wait for. */
    get isBusy(): boolean {
      return false;
    }

    /** Holds the event loop while there is something to wait for. */
    updateHold(): void {
      const active = !this.#closed && (this.reading || this.#pendingWrites > 0 || this.isBusy);
      const holds = active && this.#isRef;
      if (holds === this.#isHolding) return;
      this.#isHolding = holds;
      if (holds) kernel.hold();
      else kernel.release();
    }

    close(callback?: () => void): void {
      if (this.#closed) return;
      this.#closed = true;
      this.reading = false;
      this.updateHold();
      this.release();
      // Even without a callback the end of a handle takes a turn of the event loop, as libuv's uv_close() does.
      later(() => {
        if (callback) kernel.origins.run(this.origin, () => callback.call(this));
      });
    }

    get isClosed(): boolean {
      return this.#closed;
    }

    /** Gives the descriptor up. */
    release(): void {
      if (this.descriptor >= 0) kernel.post("closeStream", this.descriptor);
    }

    reset(callback?: () => void): number {
      this.close(callback);
      return 0;
    }
  };
}

const NOT_CONNECTED = -107;
