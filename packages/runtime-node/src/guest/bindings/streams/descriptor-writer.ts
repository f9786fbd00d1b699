import type { KernelClient } from "../../kernel-client.ts";
import { LARGEST_PIECE } from "../fs/pieces.ts";

/**
 * From which size a piece counts as large; from which amount an output does; and how much of it is sent without
 * waiting.
 */
const LARGE_PIECE = 16_384;
const LARGE_OUTPUT = 524_288;
const MOST_AHEAD = 1_048_576;

interface WritingStream {
  readonly descriptor: number;
  /** How many bytes have been sent but not yet written. */
  writeQueueSize: number;
  updateHold(): void;
  finishBrokenWrite(): void;
}

/** Writes to a stream's descriptor by sending the kernel pieces that fit into a call. */
export class DescriptorWriter {
  readonly #kernel: KernelClient;
  readonly #stream: WritingStream;
  #pending = 0;
  /** Bytes of consecutive large pieces, and bytes sent ahead since the last piece that was waited for. */
  #inLargePieces = 0;
  #ahead = 0;

  constructor(kernel: KernelClient, stream: WritingStream) {
    this.#kernel = kernel;
    this.#stream = stream;
  }

  /** Whether anything has been sent but not yet written. */
  get isBusy(): boolean {
    return this.#pending > 0;
  }

  /**
   * Waits for the kernel, but not for each piece of a large output in large pieces: the kernel does nothing else for
   * this process before it has written a piece, and errors are reported by the next piece that is waited for.
   * @returns a negative errno if it failed
   */
  writeNow(data: Uint8Array): number {
    this.#inLargePieces = data.length < LARGE_PIECE ? 0 : this.#inLargePieces + data.length;
    if (this.#inLargePieces > LARGE_OUTPUT && this.#ahead + data.length <= MOST_AHEAD) {
      this.#ahead += data.length;
      this.#kernel.post("sendAhead", this.#stream.descriptor, data);
      return 0;
    }
    this.#ahead = 0;
    this.#kernel.sending = this.#stream;
    const errno = this.#sendAll(data);
    this.#kernel.sending = undefined;
    return errno;
  }

  #sendAll(data: Uint8Array): number {
    const { descriptor } = this.#stream;
    for (let at = 0; ; at += LARGEST_PIECE) {
      const { errno } = this.#kernel.call("send", descriptor, data.subarray(at, at + LARGEST_PIECE));
      if (errno < 0 || at + LARGEST_PIECE >= data.length) return errno;
    }
  }

  /** `done` is called in a turn of its own. */
  writeLater(data: Uint8Array, done: (status: number) => void): void {
    const stream = this.#stream;
    this.#pending++;
    stream.writeQueueSize += data.length;
    stream.updateHold();
    this.#sendFrom(0, data, (errno) => {
      this.#pending--;
      stream.writeQueueSize -= data.length;
      stream.updateHold();
      done(errno);
    });
  }

  #sendFrom(at: number, data: Uint8Array, done: (errno: number) => void): void {
    const end = at + LARGEST_PIECE;
    const piece = data.subarray(at, end);
    this.#kernel.operate("WRITEWRAP", "send", [this.#stream.descriptor, piece], (errno) => {
      if (errno < 0 || end >= data.length) done(errno);
      else this.#sendFrom(end, data, done);
    });
  }
}
