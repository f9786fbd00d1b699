// Guest processes that wait for a program: starting one takes 20–30 ms, handing over a program about one. A process that
// has run a program is never used again.

import { type GuestProcess, startGuestProcess } from "./guest-process.ts";

/** One waiting process serves a shell's usual needs; bursts raise the number for a while. */
const FEWEST = 1;
const MOST = 4;
const BURST_MS = 10_000;
const REFILL_DELAY_MS = 20;

class Pool {
  readonly #waiting: GuestProcess[] = [];
  #starting = 0;
  #timer: NodeJS.Timeout | undefined;
  #taken: number[] = [];

  /** A process nobody has used; a fresh one if none waits. */
  async take(): Promise<GuestProcess> {
    const now = performance.now();
    this.#taken = this.#taken.filter((time) => now - time < BURST_MS);
    this.#taken.push(now);
    let guest = this.#waiting.shift();
    while (guest && !guest.isAlive) guest = this.#waiting.shift();
    guest ??= await startGuestProcess();
    guest.setIdle(false);
    this.#refillLater();
    return guest;
  }

  /** Starting a process blocks this thread for a few milliseconds, in which the program just started makes its first calls. */
  #refillLater(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.refill();
    }, REFILL_DELAY_MS).unref();
  }

  /** Starts what is missing. */
  refill(): void {
    const wanted = Math.min(MOST, Math.max(FEWEST, Math.ceil(this.#taken.length / 4)));
    while (this.#waiting.length + this.#starting < wanted) {
      this.#starting++;
      startGuestProcess().then(
        (guest) => {
          this.#starting--;
          guest.setIdle(true);
          this.#waiting.push(guest);
        },
        () => {
          this.#starting--;
        },
      );
    }
  }

  /** Ends the processes that wait. */
  drain(): void {
    for (const guest of this.#waiting.splice(0)) guest.kill();
  }
}

/** The waiting guests of this host process; all its VMs share them. */
export const pool = new Pool();
