import type { Origin } from "../async-origins.ts";
import type { KernelClient } from "../kernel-client.ts";

const later = setImmediate;

/** What handles have in common that are no streams: they keep the event loop alive while they are at work and referenced. */
export class EventHandle {
  readonly #kernel: KernelClient;
  readonly #origin: Origin;
  #isRef = true;
  #isActive = false;
  #isHolding = false;

  /** @param type its name in async_hooks */
  constructor(kernel: KernelClient, type: string) {
    this.#kernel = kernel;
    this.#origin = kernel.origins.make(type, this);
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
    this.#isActive = active;
    this.#updateHold();
  }

  protected get isActive(): boolean {
    return this.#isActive;
  }

  ref(): void {
    this.#isRef = true;
    this.#updateHold();
  }

  unref(): void {
    this.#isRef = false;
    this.#updateHold();
  }

  hasRef(): boolean {
    return this.#isRef;
  }

  getAsyncId(): number {
    return this.#origin.asyncId;
  }

  #updateHold(): void {
    const holds = this.#isRef && this.#isActive;
    if (holds === this.#isHolding) return;
    this.#isHolding = holds;
    if (holds) this.#kernel.hold();
    else this.#kernel.release();
  }
}
