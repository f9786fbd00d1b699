// Ctrl-C while a guest runs code that it breaks off: at the REPL, and in vm with breakOnSigint. Node's watchdog in the
// guest waits for a real SIGINT, upon which V8 terminates what is running, wherever it is. In the middle of a call to
// the kernel this would leave half a message behind. So a guest that makes calls is told by the answer to one, and
// sends itself the signal.

import { SIGNALS } from "@agentos/kernel/abi";
import type { GuestCall } from "@agentos/kernel/channel";
import type { Proc } from "@agentos/kernel/program";

export interface InterruptedGuest {
  /** Sends its process a real SIGINT. */
  interrupt(): void;
  /** How many synchronous calls it has made, and whether it is waiting for the answer to one. */
  readonly asked: number;
  readonly isWaiting: boolean;
}

/** A guest that has made no call for this long is busy computing. */
const SILENCE_MS = 5;
const END = "endInterrupts";

export class Interrupts {
  readonly #guest: InterruptedGuest;
  #isDue = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly calls: Record<string, GuestCall>;

  constructor(proc: Proc, guest: InterruptedGuest) {
    this.#guest = guest;
    const { SIGINT } = SIGNALS;
    this.calls = {
      /** From now on SIGINT breaks off what is running. */
      awaitInterrupts: () => {
        proc.sigaction(SIGINT, { handler: () => this.#begin(), restart: true });
      },
      /** No longer. @returns whether a SIGINT came that has not broken anything off */
      [END]: () => {
        proc.sigaction(SIGINT, "default");
        return this.#settle();
      },
    };
  }

  #begin(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    this.#listen(this.#guest.asked);
  }

  #listen(asked: number): void {
    this.#timer = setTimeout(() => setImmediate(() => this.#look(asked)), SILENCE_MS).unref();
  }

  /** Decides once everything that the guest has sent has been read. */
  #look(asked: number): void {
    const guest = this.#guest;
    if (!this.#isDue) return;
    if (guest.isWaiting || guest.asked !== asked) this.#listen(guest.asked);
    else if (this.#settle()) guest.interrupt();
  }

  /** @returns whether an interrupt was due */
  #settle(): boolean {
    const wasDue = this.#isDue;
    this.#isDue = false;
    clearTimeout(this.#timer);
    return wasDue;
  }

  /** Whether a call of the guest is to be answered with the interrupt. */
  takes(call: string): boolean {
    return call !== END && this.#settle();
  }
}
