import { FLOW_WINDOW, LONGEST_FLOW_WRITE } from "../../../abi/flow-window.ts";
import type { KernelClient } from "../../kernel-client.ts";
import type { Flow } from "./flow-input.ts";

const CANCELED = -125;
const later = setImmediate;

interface Outgoing {
  data: Uint8Array;
  done: (status: number) => void;
}

/** What a connected socket sends: messages without individual answers, as many as the window allows. */
export class FlowOutput {
  readonly #kernel: KernelClient;
  readonly #flow: Flow;
  readonly #stream: { updateHold(): void };
  readonly #outgoing: Outgoing[] = [];
  #unacknowledged = 0;
  #broken = 0;

  constructor(kernel: KernelClient, flow: Flow, stream: { updateHold(): void }) {
    this.#kernel = kernel;
    this.#flow = flow;
    this.#stream = stream;
  }

  /** Whether a write is waiting for room in the window. */
  get isBusy(): boolean {
    return this.#outgoing.length > 0;
  }

  /** @returns undefined, having sent nothing, if the window has no room */
  writeNow(data: Uint8Array): number | undefined {
    if (this.#broken) return this.#broken;
    if (this.#outgoing.length > 0 || this.#unacknowledged + data.length > FLOW_WINDOW) return undefined;
    this.#post(data);
    return 0;
  }

  writeLater(data: Uint8Array, done: (status: number) => void): void {
    if (this.writeNow(data) !== undefined) {
      later(() => done(this.#broken));
      return;
    }
    const { origins } = this.#kernel;
    const frame = origins.frame;
    this.#outgoing.push({
      data,
      done: (status) => later(() => origins.runInFrame(frame, () => done(status))),
    });
    this.#stream.updateHold();
    this.#sendQueued();
  }

  #post(data: Uint8Array): void {
    for (let at = 0; at < data.length; at += LONGEST_FLOW_WRITE) {
      this.#kernel.post("flowWrite", this.#flow.id, data.subarray(at, at + LONGEST_FLOW_WRITE));
    }
    this.#unacknowledged += data.length;
  }

  /** The kernel has written `count` bytes. */
  acknowledge(count: number): void {
    this.#unacknowledged -= count;
    this.#sendQueued();
  }

  #sendQueued(): void {
    for (let next = this.#outgoing[0]; next; next = this.#outgoing[0]) {
      const room = FLOW_WINDOW - this.#unacknowledged;
      if (room <= 0) return;
      this.#post(next.data.subarray(0, room));
      next.data = next.data.subarray(room);
      if (next.data.length > 0) return;
      this.#outgoing.shift();
      next.done(0);
      this.#stream.updateHold();
    }
  }

  /** The other side will get nothing more. */
  break(errno: number): void {
    this.#broken = errno;
    this.#finishQueued(errno);
    this.#stream.updateHold();
  }

  cancel(): void {
    this.#finishQueued(CANCELED);
  }

  #finishQueued(status: number): void {
    for (const { done } of this.#outgoing.splice(0)) done(status);
  }
}
