import { FLOW_ACKNOWLEDGED, PIPE_ACKNOWLEDGED } from "../../../abi/flow-window.ts";
import type { KernelClient } from "../../kernel-client.ts";
import type { NoticeTarget, Sockets } from "./sockets.ts";

const LONGEST_RECORD = 16_384;
const later = setImmediate;
const toBuffer = Buffer.from;

export interface Flow {
  /** 0: nothing has been read from the descriptor yet. */
  id: number;
  /** Whether it is a connected socket. */
  isSocket: boolean;
}

interface ReadingStream extends NoticeTarget {
  readonly descriptor: number;
  reading: boolean;
  readonly isClosed: boolean;
  readonly isConsumed: boolean;
  updateHold(): void;
  readBuffer(data: Uint8Array): void;
  emitEnd(errno: number): void;
}

/** What comes in on a flow. It goes to the stream while that is reading. */
export class FlowInput {
  readonly #sockets: Sockets;
  readonly #kernel: KernelClient;
  readonly #flow: Flow;
  readonly #stream: ReadingStream;
  #isAsking = false;
  /** What came while the stream was not reading: at most one window. */
  readonly #arrived: (Uint8Array | number)[] = [];
  #isDelivering = false;
  #taken = 0;

  constructor(sockets: Sockets, flow: Flow, stream: ReadingStream) {
    this.#sockets = sockets;
    this.#kernel = sockets.kernel;
    this.#flow = flow;
    this.#stream = stream;
  }

  start(): void {
    if (this.#flow.isSocket) this.#ask();
    // libuv does not read before the next turn, and until then a pipe may be given to a child.
    else later(() => this.#ask());
    if (this.#arrived.length > 0) this.#deliverLater();
  }

  #ask(): void {
    const flow = this.#flow;
    const stream = this.#stream;
    if (!stream.reading || stream.isClosed || this.#isAsking) return;
    if (!flow.id) {
      flow.id = this.#sockets.add(stream);
      this.#kernel.post("flowOpen", flow.id, stream.descriptor);
    }
    this.#isAsking = true;
    this.#kernel.post("flowRead", flow.id);
  }

  stop(): void {
    // What is left in a pipe may be meant for another process.
    if (this.#isAsking && !this.#flow.isSocket) {
      this.#isAsking = false;
      this.#kernel.post("flowPause", this.#flow.id);
    }
  }

  /** The socket goes to another process, which will read what has not been read yet. */
  suspend(): void {
    if (this.#isAsking) this.#kernel.post("flowPause", this.#flow.id);
  }

  /** @param item bytes; at the end 0, or a negative errno */
  arrive(item: Uint8Array | number): void {
    this.#arrived.push(item);
    this.#deliver();
  }

  /** Outside of any async context, like everything that comes from the kernel. */
  #deliverLater(): void {
    later(() => this.#kernel.origins.runInFrame(undefined, () => this.#deliver()));
  }

  #deliver(): void {
    if (this.#isDelivering) return;
    const stream = this.#stream;
    this.#isDelivering = true;
    try {
      while (stream.reading && !stream.isClosed && this.#arrived.length > 0) {
        const item = this.#arrived.shift()!;
        if (typeof item === "number") this.#deliverEnd(item);
        else if (!stream.isConsumed) this.#deliverBytes(item);
        else {
          this.#deliverRecord(item);
          return;
        }
      }
    } finally {
      this.#isDelivering = false;
    }
  }

  /** One TLS record per turn, so that it is answered before the next is read, as when C++ gets its bytes from libuv. */
  #deliverRecord(bytes: Uint8Array): void {
    if (bytes.length > LONGEST_RECORD) this.#arrived.unshift(bytes.subarray(LONGEST_RECORD));
    if (this.#arrived.length > 0) this.#deliverLater();
    this.#deliverBytes(bytes.subarray(0, LONGEST_RECORD));
  }

  #deliverBytes(bytes: Uint8Array): void {
    this.#taken += bytes.length;
    if (this.#taken >= (this.#flow.isSocket ? FLOW_ACKNOWLEDGED : PIPE_ACKNOWLEDGED)) {
      this.#kernel.post("flowTaken", this.#flow.id, this.#taken);
      this.#taken = 0;
    }
    this.#stream.readBuffer(toBuffer(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length));
  }

  #deliverEnd(errno: number): void {
    this.#stream.reading = false;
    this.#stream.updateHold();
    this.#stream.emitEnd(errno);
  }
}
