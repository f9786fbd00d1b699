import type { Channel } from "./channel.ts";

/** A channel of notices to the app. It is bounded: new items displace the oldest. */
export class ItemQueue<T> implements Channel<T, never> {
  readonly #most: number;
  readonly #onClose: () => void;
  #items: T[] = [];
  #reader: ((item: T | undefined) => void) | undefined;
  #closed = false;

  constructor(most: number, onClose: () => void) {
    this.#most = most;
    this.#onClose = onClose;
  }

  push(item: T): void {
    if (this.#closed) return;
    if (this.#reader) {
      this.#reader(item);
      this.#reader = undefined;
      return;
    }
    if (this.#items.length === this.#most) this.#items.shift();
    this.#items.push(item);
  }

  async read(): Promise<T | undefined> {
    if (this.#items.length > 0) return this.#items.shift();
    if (this.#closed) return undefined;
    return new Promise((resolve) => {
      this.#reader = resolve;
    });
  }

  write(): never {
    throw new TypeError("notices only flow to the app");
  }

  end(): void {}

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#reader?.(undefined);
    this.#reader = undefined;
    this.#onClose();
  }
}
