// A stream handle whose bytes come as notices (calls/flow.ts is the other end). Those of a connected socket also go as
// messages that are not answered one by one: within the window a write is done at once, as one into a socket's buffer is.

import type { Value } from "@agentos/kernel/channel/guest";
import {
  FLOW_ACKNOWLEDGED,
  FLOW_WINDOW,
  LONGEST_FLOW_WRITE,
  PIPE_ACKNOWLEDGED,
} from "../../../abi/flow-window.ts";
import type { NodeInternals } from "../../internals.ts";
import type { KernelClient } from "../../kernel-client.ts";
import type { createStreamClass, WriteRequest } from "../streams/stream-handle.ts";

interface Outgoing {
  data: Uint8Array;
  done: (status: number) => void;
}

/** Whoever gets the notices of a number. */
export interface NoticeTarget {
  notice(name: string, args: readonly Value[]): void;
}

/** What passes between kernel and socket handles: each handle has a number. */
export class Sockets {
  readonly kernel: KernelClient;
  readonly #targets = new Map<number, NoticeTarget>();
  readonly #later = setImmediate;
  #lastId = 0;

  constructor(kernel: KernelClient) {
    this.kernel = kernel;
    for (const name of ["connection", "flowData", "flowEnd", "flowWritten", "flowBroken", "datagram"]) {
      kernel.on(name, (id, ...args) => {
        // Each in a turn of its own, as libuv's callbacks come.
        this.#later(() => this.#targets.get(id as number)?.notice(name, args));
      });
    }
  }

  add(target: NoticeTarget): number {
    this.#targets.set(++this.#lastId, target);
    return this.#lastId;
  }

  remove(id: number): void {
    this.#targets.delete(id);
  }
}

export type SocketStreamClass = ReturnType<typeof createSocketStreamClass>;

export function createSocketStreamClass(
  node: NodeInternals,
  sockets: Sockets,
  Stream: ReturnType<typeof createStreamClass>,
) {
  const { kernel } = sockets;
  const base = node.binding("stream_wrap");
  const state = base.streamBaseState as Int32Array;
  const bytesWritten = base.kBytesWritten as number;
  const wasAsync = base.kLastWriteWasAsync as number;
  const lastError = base.kLastWriteErr as number | undefined;
  const later = setImmediate;
  const toBuffer = Buffer.from;

  return class SocketStream extends Stream {
    /** The number of its flow; 0: nothing was read from the descriptor yet. */
    #flow = 0;
    /** Whether it is a connected socket. */
    #isSocket = false;
    #isAsking = false;
    /** What came while nobody was reading: at most a window. */
    readonly #arrived: (Uint8Array | number)[] = [];
    #isDelivering = false;
    #taken = 0;
    readonly #outgoing: Outgoing[] = [];
    #unacknowledged = 0;
    #broken = 0;
    #resets = false;
    #sent = 0;

    /** A flow begins on the descriptor, by the number `id`. */
    startFlow(id: number, descriptor: number): void {
      this.#flow = id;
      this.#isSocket = true;
      this.open(descriptor);
    }

    get isConnected(): boolean {
      return this.#isSocket;
    }

    notice(name: string, args: readonly Value[]): void {
      if (this.isClosed) return;
      if (name === "flowData") this.#arrive(args[0] as Uint8Array);
      else if (name === "flowEnd") this.#arrive(args[0] as number);
      else if (name === "flowWritten") this.#acknowledged(args[0] as number);
      else if (name === "flowBroken") this.#break(args[0] as number);
    }

    // ── reading ────────────────────────────────────────────────────────

    override readStart(): number {
      if (this.descriptor < 0) return super.readStart();
      this.reading = true;
      this.updateHold();
      if (this.#isSocket) this.#ask();
      // libuv reads nothing before the next turn: until then a pipe may become a child's.
      else later(() => this.#ask());
      if (this.#arrived.length > 0) this.#deliverLater();
      return 0;
    }

    #ask(): void {
      if (!this.reading || this.isClosed || this.#isAsking) return;
      if (!this.#flow) {
        this.#flow = sockets.add(this);
        kernel.post("flowOpen", this.#flow, this.descriptor);
      }
      this.#isAsking = true;
      kernel.post("flowRead", this.#flow);
    }

    override readStop(): number {
      this.reading = false;
      this.updateHold();
      // What a pipe still holds may be meant for another process.
      if (this.#isAsking && !this.#isSocket) {
        this.#isAsking = false;
        kernel.post("flowPause", this.#flow);
      }
      return 0;
    }

    /** It goes to another process: what is not read yet is read there. */
    suspend(): void {
      this.readStop();
      if (this.#isAsking) kernel.post("flowPause", this.#flow);
    }

    #arrive(item: Uint8Array | number): void {
      this.#arrived.push(item);
      this.#deliver();
    }

    /** In the context of nobody, as what comes from the kernel. */
    #deliverLater(): void {
      later(() => kernel.origins.runInFrame(undefined, () => this.#deliver()));
    }

    #deliver(): void {
      if (this.#isDelivering) return;
      this.#isDelivering = true;
      try {
        while (this.reading && !this.isClosed && this.#arrived.length > 0) {
          const item = this.#arrived.shift()!;
          if (typeof item === "number") this.#deliverEnd(item);
          else if (!this.isConsumed) this.#deliverBytes(item);
          else {
            this.#deliverRecord(item);
            return;
          }
        }
      } finally {
        this.#isDelivering = false;
      }
    }

    /** One TLS record a turn: what it brings is answered before the next, as where C++ gets its bytes from libuv. */
    #deliverRecord(bytes: Uint8Array): void {
      if (bytes.length > LONGEST_RECORD) this.#arrived.unshift(bytes.subarray(LONGEST_RECORD));
      if (this.#arrived.length > 0) this.#deliverLater();
      this.#deliverBytes(bytes.subarray(0, LONGEST_RECORD));
    }

    #deliverBytes(bytes: Uint8Array): void {
      this.#taken += bytes.length;
      if (this.#taken >= (this.#isSocket ? FLOW_ACKNOWLEDGED : PIPE_ACKNOWLEDGED)) {
        kernel.post("flowTaken", this.#flow, this.#taken);
        this.#taken = 0;
      }
      this.readBuffer(toBuffer(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length));
    }

    #deliverEnd(errno: number): void {
      this.reading = false;
      this.updateHold();
      this.emitEnd(errno);
    }

    // ── writing ────────────────────────────────────────────────────────

    override send(request: WriteRequest | null, data: Uint8Array): unknown {
      if (this.isClosed) return BAD_DESCRIPTOR;
      if (!this.#isSocket) return super.send(request, data);
      state[bytesWritten] = data.length;
      if (lastError !== undefined) state[lastError] = 0;
      state[wasAsync] = 0;
      this.#sent += data.length;
      if (this.#broken) return this.#broken;
      if (this.#fits(data)) {
        this.#post(data);
        return 0;
      }
      this.#sent -= data.length;
      return super.send(request, data);
    }

    /** Shadows the C++ side's count, which does not see these writes. */
    get bytesWritten(): number {
      return this.#sent;
    }

    override transmit(data: Uint8Array, done: (status: number) => void): void {
      this.#sent += data.length;
      if (!this.#isSocket) {
        super.transmit(data, done);
        return;
      }
      if (this.#broken || this.#fits(data)) {
        if (!this.#broken) this.#post(data);
        later(() => done(this.#broken));
        return;
      }
      const frame = kernel.origins.frame;
      this.#outgoing.push({
        data,
        done: (status) => later(() => kernel.origins.runInFrame(frame, () => done(status))),
      });
      this.updateHold();
      this.#sendQueued();
    }

    #fits(data: Uint8Array): boolean {
      return this.#outgoing.length === 0 && this.#unacknowledged + data.length <= FLOW_WINDOW;
    }

    #post(data: Uint8Array): void {
      for (let at = 0; at < data.length; at += LONGEST_FLOW_WRITE) {
        kernel.post("flowWrite", this.#flow, data.subarray(at, at + LONGEST_FLOW_WRITE));
      }
      this.#unacknowledged += data.length;
    }

    #acknowledged(count: number): void {
      this.#unacknowledged -= count;
      this.#sendQueued();
    }

    #sendQueued(): void {
      for (let next = this.#outgoing[0]; next; next = this.#outgoing[0]) {
        const room = FLOW_WINDOW - this.#unacknowledged;
        if (room <= 0) return;
        this.#post(next.data.subarray(0, room));
        next.data = next.data.subarray(room);
        if (next.data.length > 0) return;
        this.#outgoing.shift();
        next.done(0);
        this.updateHold();
      }
    }

    #break(errno: number): void {
      this.#broken = errno;
      for (const { done } of this.#outgoing.splice(0)) done(errno);
      this.updateHold();
    }

    override endOutput(done: (status: number) => void): void {
      if (this.#isSocket) kernel.operate("SHUTDOWNWRAP", "flowEnd", [this.#flow], done);
      else super.endOutput(done);
    }

    // ── life ───────────────────────────────────────────────────────────

    override get isBusy(): boolean {
      return this.#outgoing.length > 0;
    }

    override reset(callback?: () => void): number {
      if (this.isClosed) return INVALID;
      this.#resets = true;
      this.close(callback);
      return 0;
    }

    override release(): void {
      if (!this.#flow) {
        super.release();
        return;
      }
      sockets.remove(this.#flow);
      kernel.post(this.#resets ? "flowReset" : "flowClose", this.#flow);
      for (const { done } of this.#outgoing.splice(0)) done(CANCELED);
    }
  };
}

const LONGEST_RECORD = 16_384;
const BAD_DESCRIPTOR = -9;
const CANCELED = -125;
const INVALID = -22;
