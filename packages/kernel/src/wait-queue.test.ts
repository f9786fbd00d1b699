import { describe, expect, it } from "vitest";
import { OutsideTask } from "./process/outside-task.ts";
import { type Sleeper, type Wait, WaitQueue, waitUntil } from "./wait-queue.ts";

class TestSleeper implements Sleeper {
  suspended = false;
  readonly waits = new Set<Wait>();
  enter(wait: Wait): void {
    this.waits.add(wait);
  }
  leave(wait: Wait): void {
    this.waits.delete(wait);
  }
  resume(run: () => void): void {
    run();
  }
}

describe("waitUntil", () => {
  it("tries again at each wake-up until there is an answer", async () => {
    const queue = new WaitQueue();
    const answers = [undefined, undefined, 7];
    const pending = waitUntil(queue, new TestSleeper(), () => answers.shift());
    queue.wake();
    queue.wake();
    expect(queue.isEmpty).toBe(false);
    queue.wake();
    expect(queue.isEmpty).toBe(true);
    expect(await pending).toBe(7);
  });

  it("answers the oldest waiter first", async () => {
    const queue = new WaitQueue();
    let bytes = 1;
    const take = () => (bytes > 0 ? bytes-- : undefined);
    const order: string[] = [];
    void waitUntil(queue, new TestSleeper(), take).then(() => order.push("first"));
    const second = waitUntil(queue, new TestSleeper(), take).then(() => order.push("second"));
    queue.wake();
    bytes = 1;
    queue.wake();
    await second;
    expect(order).toEqual(["first", "second"]);
  });

  it("watches several queues and leaves them all", async () => {
    const one = new WaitQueue();
    const two = new WaitQueue();
    const pending = waitUntil([one, two], new TestSleeper(), () => true as const);
    two.wake();
    expect(await pending).toBe(true);
    expect([one.isEmpty, two.isEmpty]).toEqual([true, true]);
  });

  it("takes nothing for a suspended sleeper", async () => {
    const queue = new WaitQueue();
    const sleeper = new TestSleeper();
    let taken = 0;
    const pending = waitUntil(queue, sleeper, () => ++taken);
    sleeper.suspended = true;
    queue.wake();
    expect(taken).toBe(0);
    sleeper.suspended = false;
    for (const wait of [...sleeper.waits]) wait.retry();
    expect(await pending).toBe(1);
  });

  it("fails with what interrupts it, and with what the attempt throws", async () => {
    const queue = new WaitQueue();
    const sleeper = new TestSleeper();
    const interrupted = waitUntil(queue, sleeper, () => undefined);
    for (const wait of [...sleeper.waits]) wait.interrupt("stop");
    await expect(interrupted).rejects.toBe("stop");
    const failing = waitUntil(queue, sleeper, () => {
      throw "broken";
    });
    queue.wake();
    await expect(failing).rejects.toBe("broken");
    expect(sleeper.waits.size).toBe(0);
    expect(queue.isEmpty).toBe(true);
  });

  it("fails at once for a sleeper that has ended", async () => {
    const task = new OutsideTask();
    task.end();
    await expect(waitUntil(new WaitQueue(), task, () => undefined)).rejects.toMatchObject({ code: "EINTR" });
  });
});

describe("a listener", () => {
  it("hears each wake-up until it stops listening", () => {
    const queue = new WaitQueue();
    let heard = 0;
    const stop = queue.listen(() => heard++);
    queue.wake();
    stop();
    queue.wake();
    expect(heard).toBe(1);
    expect(queue.isEmpty).toBe(true);
  });
});
