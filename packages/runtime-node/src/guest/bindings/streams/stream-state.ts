import type { NodeInternals } from "../../internals.ts";

/** The numbers that a stream returns besides its status. Caller: Node's lib/internal/stream_base_commons.js. */
export class StreamState {
  readonly #state: Int32Array;
  readonly #bytesWritten: number;
  readonly #wasAsync: number;
  readonly #lastError: number | undefined;
  readonly #readBytesOrError: number;

  constructor(node: NodeInternals) {
    const base = node.binding("stream_wrap");
    this.#state = base.streamBaseState as Int32Array;
    this.#bytesWritten = base.kBytesWritten as number;
    this.#wasAsync = base.kLastWriteWasAsync as number;
    this.#lastError = base.kLastWriteErr as number | undefined;
    this.#readBytesOrError = base.kReadBytesOrError as number;
  }

  /** @param isAsync whether the request will be called back when the write is done */
  writing(length: number, isAsync: boolean): void {
    this.#state[this.#bytesWritten] = length;
    if (this.#lastError !== undefined) this.#state[this.#lastError] = 0;
    this.#state[this.#wasAsync] = isAsync ? 1 : 0;
  }

  readFailed(errno: number): void {
    this.#state[this.#readBytesOrError] = errno;
  }
}
