// One end of a stream over the wire. The sender spends credit and the receiver grants it back as items are consumed, so
// that a
// slow reader holds at most one window of data in memory and never holds up other streams.

import type { MaybePromise } from "@agentos/kernel/abi";
import type { Channel } from "../vm/channel.ts";
import { STREAM_WINDOW } from "./protocol.ts";

/** What a stream end needs of its connection. */
export interface StreamWire {
  /** Sends an item. @returns how many bytes it took */
  item(item: unknown): number;
  end(): void;
  close(error: Error | undefined): void;
  credit(bytes: number): void;
}

interface Waiter<T> {
  resolve(value: T): void;
  reject(error: Error): void;
}

export class StreamEnd implements Channel<unknown, unknown> {
  readonly #wire: StreamWire;
  readonly #onDone: () => void;
  #items: { item: unknown; size: number }[] = [];
  #reader: Waiter<unknown> | undefined;
  #writers: Waiter<void>[] = [];
  #credit = STREAM_WINDOW;
  #consumed = 0;
  #received = false;
  #sent = false;
  #closed = false;
  #error: Error | undefined;
  /** Called when the other side abandons the stream or is gone: nothing more will flow. */
  onAbandoned: ((error: Error | undefined) => void) | undefined;

  /** `onDone` is called once, when both directions have ended. */
  constructor(wire: StreamWire, onDone: () => void) {
    this.#wire = wire;
    this.#onDone = onDone;
  }

  async read(): Promise<unknown> {
    const next = this.#items.shift();
    if (next !== undefined) {
      this.#consume(next.size);
      return next.item;
    }
    if (this.#error) throw this.#error;
    if (this.#received || this.#closed) return undefined;
    return new Promise<unknown>((resolve, reject) => {
      this.#reader = { resolve, reject };
    });
  }

  write(item: unknown): MaybePromise<void> {
    if (this.#closed || this.#sent) throw this.#error ?? new Error("write after end");
    this.#credit -= this.#wire.item(item);
    if (this.#credit > 0) return;
    return new Promise<void>((resolve, reject) => {
      this.#writers.push({ resolve, reject });
    });
  }

  end(): void {
    if (this.#sent || this.#closed) return;
    this.#sent = true;
    this.#wire.end();
    if (this.#received) this.#finish();
  }

  close(error?: Error): void {
    if (this.#closed) return;
    this.#wire.close(error);
    this.#shut(error);
  }

  /** The frames of this stream, as they arrive. */
  onItem(item: unknown, size: number): void {
    if (this.#closed) return;
    const reader = this.#reader;
    if (reader === undefined) {
      this.#items.push({ item, size });
      return;
    }
    this.#reader = undefined;
    this.#consume(size);
    reader.resolve(item);
  }

  onEnd(): void {
    if (this.#closed) return;
    this.#received = true;
    this.#reader?.resolve(undefined);
    this.#reader = undefined;
    if (this.#sent) this.#finish();
  }

  onClose(error: Error | undefined): void {
    if (this.#closed) return;
    this.#shut(error);
    this.onAbandoned?.(error);
  }

  onCredit(bytes: number): void {
    this.#credit += bytes;
    if (this.#credit <= 0) return;
    const writers = this.#writers;
    this.#writers = [];
    for (const writer of writers) writer.resolve();
  }

  #consume(size: number): void {
    this.#consumed += size;
    if (this.#consumed < STREAM_WINDOW / 4 || this.#closed) return;
    this.#wire.credit(this.#consumed);
    this.#consumed = 0;
  }

  /** What was received before an orderly end can still be read. */
  #finish(): void {
    this.#closed = true;
    this.#onDone();
  }

  #shut(error: Error | undefined): void {
    this.#error = error;
    if (error !== undefined) this.#items = [];
    const reader = this.#reader;
    const writers = this.#writers;
    this.#reader = undefined;
    this.#writers = [];
    if (error === undefined) reader?.resolve(undefined);
    else reader?.reject(error);
    for (const writer of writers) {
      if (error === undefined) writer.resolve();
      else writer.reject(error);
    }
    this.#finish();
  }
}
