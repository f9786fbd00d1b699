import type { Value } from "@agentos/kernel/channel/guest";
import type { KernelClient } from "../../kernel-client.ts";

const READ_SIZE = 65_536;
const later = setImmediate;
const toBuffer = Buffer.from;

interface ReadingStream {
  readonly descriptor: number;
  reading: boolean;
  readonly isClosed: boolean;
  updateHold(): void;
  readBuffer(data: Uint8Array): void;
  emitEnd(errno: number): void;
}

/** Reads a stream's descriptor by asking the kernel for pieces while the stream is reading. */
export class DescriptorReader {
  readonly #kernel: KernelClient;
  readonly #stream: ReadingStream;
  #asked = false;
  #ended = false;

  constructor(kernel: KernelClient, stream: ReadingStream) {
    this.#kernel = kernel;
    this.#stream = stream;
  }

  pump(): void {
    const stream = this.#stream;
    if (this.#asked || stream.isClosed || this.#ended || !stream.reading) return;
    this.#asked = true;
    this.#kernel.await("receive", [stream.descriptor, READ_SIZE], (errno, value) => {
      later(() => this.#receive(errno, value));
    });
  }

  stop(): void {
    if (this.#asked) this.#kernel.post("receiveStop", this.#stream.descriptor);
  }

  #receive(errno: number, value: Value): void {
    const stream = this.#stream;
    this.#asked = false;
    if (stream.isClosed) return;
    if (errno < 0 || (value instanceof Uint8Array && value.length === 0)) {
      this.#ended = true;
      stream.reading = false;
      stream.updateHold();
      stream.emitEnd(errno);
      return;
    }
    // null: reading was cancelled before anything came.
    if (value instanceof Uint8Array)
      stream.readBuffer(toBuffer(value.buffer as ArrayBuffer, value.byteOffset, value.length));
    this.pump();
  }
}
