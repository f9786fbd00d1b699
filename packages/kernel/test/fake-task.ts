import { sysError } from "@agentos/vfs/abi";
import type { Task } from "../src/files/open-file.ts";
import type { Wait } from "../src/wait-queue.ts";

/** A process as files see it, without a kernel: records signals, can be interrupted and stopped by hand. */
export class FakeTask implements Task {
  pid = 100;
  pgid = 100;
  sid = 100;
  suspended = false;
  inOrphanedGroup = false;
  ignores = new Set<number>();
  readonly signals: number[] = [];
  readonly groupSignals: number[] = [];
  readonly #waits = new Set<Wait>();

  constructor(ids: { pid?: number; pgid?: number; sid?: number } = {}) {
    Object.assign(this, ids);
  }

  get waiting(): boolean {
    return this.#waits.size > 0;
  }

  interrupt(): void {
    for (const wait of [...this.#waits]) wait.interrupt(sysError("EINTR"));
  }

  retry(): void {
    for (const wait of [...this.#waits]) wait.retry();
  }

  enter(wait: Wait): void {
    this.#waits.add(wait);
  }

  leave(wait: Wait): void {
    this.#waits.delete(wait);
  }

  resume(run: () => void): void {
    run();
  }

  accepts(signal: number): boolean {
    return !this.ignores.has(signal);
  }

  signalGroup(signal: number): void {
    this.groupSignals.push(signal);
  }

  signalSelf(signal: number): void {
    this.signals.push(signal);
  }
}
