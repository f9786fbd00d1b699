import { POLLERR, POLLHUP, POLLIN, POLLNVAL, POLLOUT } from "../abi/poll.ts";
import { startTimer } from "../host-clock.ts";
import type { Process } from "../process/process.ts";
import type { PollRequest } from "../program/proc.ts";
import { WaitQueue, waitUntil } from "../wait-queue.ts";
import { syscall } from "./syscall.ts";

function readyEvents(p: Process, { fd, events }: PollRequest): number {
  if (fd < 0) return 0;
  if (!p.fds.has(fd)) return POLLNVAL;
  const ready = p.fds.get(fd).poll?.() ?? POLLIN | POLLOUT;
  return ready & (events | POLLERR | POLLHUP);
}

/** The ready events of each request; undefined if there are none at all. */
function look(p: Process, requests: readonly PollRequest[]): number[] | undefined {
  const ready = requests.map((request) => readyEvents(p, request));
  return ready.some((events) => events !== 0) ? ready : undefined;
}

export const poll = syscall({
  name: "poll",
  errors: ["EINTR"],
  metered: true,
  run: (p, requests, timeoutMs) => {
    const ready = look(p, requests);
    if (ready || timeoutMs === 0) return ready ?? requests.map(() => 0);
    const timeUp = new WaitQueue();
    const queues = new Set([timeUp]);
    for (const { fd } of requests) {
      const changed = p.fds.has(fd) ? p.fds.get(fd).changed : undefined;
      if (changed) queues.add(changed);
    }
    let expired = false;
    const cancel =
      timeoutMs < 0
        ? undefined
        : startTimer(timeoutMs, () => {
            expired = true;
            timeUp.wake();
          });
    const answer = waitUntil(
      [...queues],
      p,
      () => look(p, requests) ?? (expired ? requests.map(() => 0) : undefined),
    );
    return cancel ? answer.finally(cancel) : answer;
  },
});
