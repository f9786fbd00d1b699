import { isSysError } from "@agentos/vfs/abi";
import { monotonicMs, startTimer } from "../host-clock.ts";
import { WaitQueue, waitUntil } from "../wait-queue.ts";
import { syscall } from "./syscall.ts";

export const sleep = syscall({
  name: "sleep",
  metered: true,
  run: async (p, ms) => {
    const end = monotonicMs() + ms;
    const timeUp = new WaitQueue();
    let expired = false;
    const cancel = startTimer(ms, () => {
      expired = true;
      timeUp.wake();
    });
    try {
      return await waitUntil(timeUp, p, () => (expired ? 0 : undefined));
    } catch (error) {
      if (isSysError(error, "EINTR")) return Math.max(0, end - monotonicMs());
      throw error;
    } finally {
      cancel();
    }
  },
});
