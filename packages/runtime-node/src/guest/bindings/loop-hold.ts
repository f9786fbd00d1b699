import type { KernelClient } from "../kernel-client.ts";

/** Keeps the event loop alive while a handle is active and referenced. */
export class LoopHold {
  readonly #kernel: KernelClient;
  #isRef = true;
  #isActive = false;
  #isHolding = false;

  constructor(kernel: KernelClient) {
    this.#kernel = kernel;
  }

  get isRef(): boolean {
    return this.#isRef;
  }

  set isRef(isRef: boolean) {
    this.#isRef = isRef;
    this.#update();
  }

  get isActive(): boolean {
    return this.#isActive;
  }

  set isActive(isActive: boolean) {
    this.#isActive = isActive;
    this.#update();
  }

  #update(): void {
    const holds = this.#isRef && this.#isActive;
    if (holds === this.#isHolding) return;
    this.#isHolding = holds;
    if (holds) this.#kernel.hold();
    else this.#kernel.release();
  }
}
