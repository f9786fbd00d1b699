import type { KernelClient } from "../kernel-client.ts";

/** What handles have in common that are no streams: they keep the event loop alive while they are at work and referenced. */
export class EventHandle {
  readonly #kernel: KernelClient;
  #isRef = true;
  #isActive = false;
  #isHolding = false;

  constructor(kernel: KernelClient) {
    this.#kernel = kernel;
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
    return 0;
  }

  #updateHold(): void {
    const holds = this.#isRef && this.#isActive;
    if (holds === this.#isHolding) return;
    this.#isHolding = holds;
    if (holds) this.#kernel.hold();
    else this.#kernel.release();
  }
}
