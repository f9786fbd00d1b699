import type { Value } from "@agentos/kernel/channel/guest";
import type { KernelClient } from "../../kernel-client.ts";

/** The receiver of notices addressed to a number. */
export interface NoticeTarget {
  notice(name: string, args: readonly Value[]): void;
}

/** Connects socket handles to the kernel: each handle has a number, to which notices are addressed. */
export class Sockets {
  readonly kernel: KernelClient;
  readonly #targets = new Map<number, NoticeTarget>();
  readonly #later = setImmediate;
  #lastId = 0;

  constructor(kernel: KernelClient) {
    this.kernel = kernel;
    for (const name of ["connection", "flowData", "flowEnd", "flowWritten", "flowBroken", "datagram"]) {
      kernel.on(name, (id, ...args) => {
        // Each notice gets a turn of its own, like callbacks of libuv.
        this.#later(() => this.#targets.get(id as number)?.notice(name, args));
      });
    }
  }

  add(target: NoticeTarget): number {
    this.#targets.set(++this.#lastId, target);
    return this.#lastId;
  }

  remove(id: number): void {
    this.#targets.delete(id);
  }
}
