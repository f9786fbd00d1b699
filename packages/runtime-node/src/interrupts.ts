// Ctrl-C while a guest runs code that is to be broken off: at the REPL, and vm's with breakOnSigint. Node's own watchdog in
// the guest waits for a real SIGINT, upon which V8 ends what runs, wherever it is. In the middle of a call of the kernel that
// would leave half a message, so a guest that makes calls is told by the answer of one, and sends itself the signal.

import { SIGNALS } from "@agentos/kernel/abi";
import type { GuestCall } from "@agentos/kernel/channel";
import type { Proc } from "@agentos/kernel/program";

export interface InterruptedGuest {
  /** A real SIGINT for its process. */
  interrupt(): void;
  /** How many synchronous calls it has made, and whether it waits for one. */
  readonly asked: number;
  readonly isWaiting: boolean;
}

/** A guest that asks nothing for so long is busy with itself. */
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
      /** From now on SIGINT breaks off what runs. */
      awaitInterrupts: () => {
        proc.sigaction(SIGINT, { handler: () => this.#begin(), restart: true });
      },
      /** It does not any more. @returns whether one came that has broken nothing off */
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

  /** When all that the guest has sent has been read. */
  #look(asked: number): void {
    const guest = this.#guest;
    if (!this.#isDue) return;
    if (guest.isWaiting || guest.asked !== asked) this.#listen(guest.asked);
    else if (this.#settle()) guest.interrupt();
  }

  /** @returns whether one was due */
  #settle(): boolean {
    const wasDue = this.#isDue;
    this.#isDue = false;
    clearTimeout(this.#timer);
    return wasDue;
  }

  /** Whether a call of the guest's is to be answered by the interrupt. */
  takes(call: string): boolean {
    return call !== END && this.#settle();
  }
}
