import type { Origin } from "../async-origins.ts";
import type { KernelClient } from "../kernel-client.ts";
import { LoopHold } from "./loop-hold.ts";

const later = setImmediate;

/** The base of handles that are not streams. While they are active and referenced, they keep the event loop alive. */
export class EventHandle {
  readonly #kernel: KernelClient;
  readonly #origin: Origin;
  readonly #hold: LoopHold;

  /** @param type the handle's name in async_hooks */
  constructor(kernel: KernelClient, type: string) {
    this.#kernel = kernel;
    this.#origin = kernel.origins.make(type, this);
    this.#hold = new LoopHold(kernel);
  }

  /** Runs a callback in the handle's async context. */
  protected tell(run: () => void): void {
    this.#kernel.origins.run(this.#origin, run);
  }

  /** Closes the handle; `callback` is called in a turn of its own. */
  protected end(callback?: () => void): void {
    this.setActive(false);
    later(() => {
      if (callback) this.tell(() => callback.call(this));
      this.#kernel.origins.destroy(this.#origin);
    });
  }

  protected setActive(active: boolean): void {
    this.#hold.isActive = active;
  }

  protected get isActive(): boolean {
    return this.#hold.isActive;
  }

  ref(): void {
    this.#hold.isRef = true;
  }

  unref(): void {
    this.#hold.isRef = false;
  }

  hasRef(): boolean {
    return this.#hold.isRef;
  }

  getAsyncId(): number {
    return this.#origin.asyncId;
  }
}
