import { describe, expect, it } from "vitest";
import { RunQueue, Scheduler } from "./scheduler.ts";

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe("the scheduler", () => {
  it("resumes one entry per turn, round-robin over the VMs", async () => {
    const scheduler = new Scheduler();
    const a = new RunQueue(scheduler);
    const b = new RunQueue(scheduler);
    const order: string[] = [];
    for (let i = 0; i < 3; i++) a.push("", () => order.push(`a${i}`));
    b.push("", () => order.push("b0"));
    expect(order).toEqual([]);
    while (order.length < 4) await turn();
    expect(order).toEqual(["a0", "b0", "a1", "a2"]);
    expect([a.slices, b.slices]).toEqual([3, 1]);
  });

  it("lets the sessions of one VM take turns", async () => {
    const queue = new RunQueue(new Scheduler());
    const order: string[] = [];
    for (let i = 0; i < 3; i++) queue.push("bomb", () => order.push(`bomb ${i}`));
    queue.push("shell", () => order.push("shell"));
    while (queue.length > 0) await turn();
    expect(order).toEqual(["bomb 0", "shell", "bomb 1", "bomb 2"]);
  });

  it("starts a new slice with each turn of the event loop", async () => {
    const scheduler = new Scheduler();
    while (!scheduler.isExpired());
    expect(scheduler.isExpired()).toBe(true);
    await turn();
    await turn();
    expect(scheduler.isExpired()).toBe(false);
  });

  it("looks at the clock only now and then when asked to", () => {
    const scheduler = new Scheduler();
    while (!scheduler.isExpired());
    let calls = 1;
    while (!scheduler.isProbablyExpired()) calls++;
    expect(calls).toBeLessThanOrEqual(32);
  });

  it("tells each asker the time since the last", () => {
    const scheduler = new Scheduler();
    scheduler.takeElapsed();
    while (!scheduler.isExpired());
    expect(scheduler.takeElapsed()).toBeGreaterThan(0);
  });

  it("goes quiet when there is nothing to do", async () => {
    const scheduler = new Scheduler();
    scheduler.isExpired();
    await turn();
    await turn();
    const { turns } = scheduler;
    await turn();
    await turn();
    expect(scheduler.turns).toBe(turns);
  });
});
