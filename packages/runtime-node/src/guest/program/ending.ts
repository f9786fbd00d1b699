// The end of a program whose event loop has run empty. Node would now tear its process down, for milliseconds in which
// somebody waits for the program. So the kernel is told as soon as the exit code is certain, and kills the process.

import type { Native, NodeInternals } from "../internals.ts";

/** The exit code for a main module that waits for ever, about which Node's C++ side prints a message. */
const UNSETTLED_TOP_LEVEL_AWAIT = 13;
/** The field of Node's tick info that says whether there is work to do after a callback from C++. */
const HAS_TICK_SCHEDULED = 0;

interface EndingProcess {
  _exiting: boolean;
  exitCode?: number | string;
  reallyExit(code: number): void;
}

interface TaskQueues {
  /** Node has already called it, and calling it again changes nothing. */
  setupTaskQueue(): { runNextTicks(): void };
}

interface TaskQueue {
  tickInfo: Uint8Array;
  setTickCallback(run: () => void): void;
}

/**
 * For its last event, Node's C++ side looks up `process.emit` and calls it. A getter notices that without being on the
 * stack when listeners run. After the listeners, and the promises they settled, Node calls its tick callback.
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
      // With JavaScript on the stack, process.exit() began the exit, and its code goes on after the event.
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
