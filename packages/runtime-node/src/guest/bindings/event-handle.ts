import type { Origin } from "../async-origins.ts";
import type { KernelClient } from "../kernel-client.ts";
import { LoopHold } from "./loop-hold.ts";

const later = setImmediate;

/** What handles have in common that are no streams: they keep the event loop alive while they are at work and referenced. */
export class EventHandle {
  readonly #kernel: KernelClient;
  readonly #origin: Origin;
  readonly #hold: LoopHold;

  /** @param type its name in async_hooks */
  constructor(kernel: KernelClient, type: string) {
    this.#kernel = kernel;
    this.#origin = kernel.origins.make(type, this);
    this.#hold = new LoopHold(kernel);
  }

  /** Runs a callback of it. */
  protected tell(run: () => void): void {
    this.#kernel.origins.run(this.#origin, run);
  }

  /** It is closed, which `callback` is told in a turn of its own. */
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
