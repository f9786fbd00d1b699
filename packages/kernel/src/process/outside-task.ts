// The host's side of a pipe, terminal or socket: it waits like a process, but gets no signals.

import { sysError } from "@agentos/vfs/abi";
import type { Task } from "../files/open-file.ts";
import type { Wait } from "../wait-queue.ts";

/** The task that waits when the host itself reads or writes. */
export class OutsideTask implements Task {
  readonly pid = 0;
  readonly pgid = 0;
  readonly sid = 0;
  readonly inOrphanedGroup = false;
  readonly suspended = false;
  readonly #waits = new Set<Wait>();
  #ended = false;

  /** Ends all its waits, present and future, with EINTR. */
  end(): void {
    this.#ended = true;
    for (const wait of [...this.#waits]) wait.interrupt(sysError("EINTR"));
  }

  enter(wait: Wait): void {
    if (this.#ended) throw sysError("EINTR");
    this.#waits.add(wait);
  }

  leave(wait: Wait): void {
    this.#waits.delete(wait);
  }

  resume(run: () => void): void {
    run();
  }

  accepts(): boolean {
    return false;
  }

  signalGroup(): void {}

  signalSelf(): void {}
}
