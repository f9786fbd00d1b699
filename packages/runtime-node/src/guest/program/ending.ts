// The end of a program whose event loop has run empty. Node would take its process down now, in milliseconds that the one
// who waits for the program need not wait: as soon as the exit code is certain the kernel is told, and it kills the process.

import type { Native, NodeInternals } from "../internals.ts";

/** Node's C++ side has something to print about it: a main module that waits for ever. */
const UNSETTLED_TOP_LEVEL_AWAIT = 13;
/** The field of Node's tick info: there is work behind the callback that C++ makes. */
const HAS_TICK_SCHEDULED = 0;

interface EndingProcess {
  _exiting: boolean;
  exitCode?: number | string;
  reallyExit(code: number): void;
}

interface TaskQueues {
  /** Node has called it; again it changes nothing. */
  setupTaskQueue(): { runNextTicks(): void };
}

interface TaskQueue {
  tickInfo: Uint8Array;
  setTickCallback(run: () => void): void;
}

/**
 * Node's C++ side looks `process.emit` up for its last event, and calls it. A getter sees it do so and is not on the stack
 * when listeners run; behind them, and the promises they have settled, comes Node's tick callback.
 */
export function endEarly(node: NodeInternals): void {
  const target = process as unknown as EndingProcess;
  const { reallyExit } = target;
  const { getCallSites } = node.binding("util") as { getCallSites(most: number): unknown[] };
  const { tickInfo, setTickCallback } = node.binding("task_queue") as unknown as TaskQueue;
  const { setupTaskQueue } = node.module<TaskQueues>("internal/process/task_queues");
  const { runNextTicks } = setupTaskQueue();
  const tellCode = (): void => {
    runNextTicks();
    const code = Number(target.exitCode ?? 0);
    if (code !== UNSETTLED_TOP_LEVEL_AWAIT) reallyExit(code);
  };
  const prototype = Object.getPrototypeOf(process) as object;
  const emitter = Object.getPrototypeOf(prototype) as { emit: Native };
  Object.defineProperty(prototype, "emit", {
    configurable: true,
    enumerable: true,
    get() {
      // JavaScript that has begun the exit goes on after it.
      if (target._exiting && getCallSites(1).length === 0) {
        setTickCallback(tellCode);
        tickInfo[HAS_TICK_SCHEDULED] = 1;
      }
      return emitter.emit;
    },
    set(value) {
      Object.defineProperty(this, "emit", { value, writable: true, enumerable: true, configurable: true });
    },
  });
}
