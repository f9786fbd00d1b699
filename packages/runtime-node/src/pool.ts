// Guest processes that wait for a program: starting one takes 20–30 ms, handing it a program about one. A process that
// has run a program is never used again.

import { type GuestProcess, startGuestProcess } from "./guest-process.ts";

/** For this many programs started within BURST_MS, one process should be waiting. */
const PROGRAMS_PER_PROCESS = 4;
const BURST_MS = 10_000;
/**
 * Starting a process blocks this thread for a few milliseconds and takes 20–30 of a core. The program that was just started
 * gets these first: within this time a short one has ended, and a large one has loaded its modules.
 */
const REFILL_DELAY_MS = 100;

export class Pool {
  readonly #start: () => Promise<GuestProcess>;
  readonly #waiting: GuestProcess[] = [];
  #least: number;
  #most = 4;
  #starting = 0;
  #taken: number[] = [];
  #refillTimer: NodeJS.Timeout | undefined;
  #shrinkTimer: NodeJS.Timeout | undefined;

  /** @param least one process serves a shell's usual needs; bursts raise the number for a while */
  constructor(start: () => Promise<GuestProcess> = startGuestProcess, least = 1) {
    this.#start = start;
    this.#least = least;
  }

  /** How many processes are waiting. */
  get size(): number {
    return this.#waiting.length;
  }

  /** Makes the pool at least this large. */
  grow({ least, most }: { least: number; most: number }): void {
    this.#least = Math.max(this.#least, least);
    this.#most = Math.max(this.#most, most);
  }

  /** Takes a waiting process, or a fresh one if none is waiting. */
  async take(): Promise<GuestProcess> {
    this.#taken.push(performance.now());
    let guest = this.#waiting.shift();
    while (guest && !guest.isAlive) guest = this.#waiting.shift();
    guest ??= await this.#start();
    guest.setIdle(false);
    this.#refillTimer ??= setTimeout(() => this.#refill(), REFILL_DELAY_MS).unref();
    return guest;
  }

  /** Ends all waiting processes. */
  drain(): void {
    clearTimeout(this.#refillTimer);
    clearTimeout(this.#shrinkTimer);
    this.#refillTimer = this.#shrinkTimer = undefined;
    for (const guest of this.#waiting.splice(0)) guest.kill();
  }

  get #wanted(): number {
    const now = performance.now();
    this.#taken = this.#taken.filter((time) => now - time < BURST_MS);
    const byLoad = Math.ceil(this.#taken.length / PROGRAMS_PER_PROCESS);
    return Math.min(this.#most, Math.max(this.#least, byLoad));
  }

  /** Starts the missing processes. */
  #refill(): void {
    this.#refillTimer = undefined;
    const wanted = this.#wanted;
    while (this.#waiting.length + this.#starting < wanted) {
      this.#starting++;
      this.#start()
        .then(
          (guest) => {
            guest.setIdle(true);
            this.#waiting.push(guest);
          },
          () => {},
        )
        .finally(() => this.#starting--);
    }
    this.#shrinkTimer ??= setTimeout(() => this.#shrink(), BURST_MS).unref();
  }

  /** Ends the surplus that a burst has left behind. */
  #shrink(): void {
    this.#shrinkTimer = undefined;
    const wanted = this.#wanted;
    for (const guest of this.#waiting.splice(wanted)) guest.kill();
    if (wanted > this.#least) this.#shrinkTimer = setTimeout(() => this.#shrink(), BURST_MS).unref();
  }
}

/** The waiting guests of this host process, shared by all its VMs. */
export const pool = new Pool();

const flagged = new Map<string, Pool>();

/** The same for processes that are started with a flag of node; without programs for a while none waits. */
export function poolWith(flag: string): Pool {
  let found = flagged.get(flag);
  if (!found) flagged.set(flag, (found = new Pool(() => startGuestProcess([flag]), 0)));
  return found;
}
