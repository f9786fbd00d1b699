import type { NodeInternals } from "../../internals.ts";
import type { KernelClient } from "../../kernel-client.ts";
import { EventHandle } from "../event-handle.ts";

const SIGKILL = 9;
const SIGSTOP = 19;
const INVALID = -22;

/** process.on("SIGTERM", …): the kernel reports the signals that somebody listens to. */
export function installSignals(node: NodeInternals, kernel: KernelClient): void {
  const listening = new Map<number, Set<Signal>>();
  const later = setImmediate;

  class Signal extends EventHandle {
    onsignal: ((signal: number) => void) | undefined;
    #signal = 0;

    constructor() {
      super(kernel, "SIGNALWRAP");
    }

    start(signal: number): number {
      if (signal === SIGKILL || signal === SIGSTOP) return INVALID;
      const { errno } = kernel.call("catchSignal", signal);
      if (errno < 0) return errno;
      this.#signal = signal;
      if (!listening.has(signal)) listening.set(signal, new Set());
      listening.get(signal)!.add(this);
      this.setActive(true);
      return 0;
    }

    stop(): number {
      const others = listening.get(this.#signal);
      if (others?.delete(this) && others.size === 0) kernel.call("releaseSignal", this.#signal);
      this.#signal = 0;
      this.setActive(false);
      return 0;
    }

    report(): void {
      const { onsignal } = this;
      const signal = this.#signal;
      if (onsignal) this.tell(() => onsignal.call(this, signal));
    }

    close(callback?: () => void): void {
      this.stop();
      this.end(callback);
    }
  }

  kernel.on("signal", (signal) => {
    later(() => {
      for (const listener of [...(listening.get(signal as number) ?? [])]) listener.report();
    });
  });
  node.binding("signal_wrap").Signal = Signal;
}
