import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CpuBudget } from "./cpu-budget.ts";
import { RunQueue, Scheduler } from "./scheduler.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Works whenever it may, a millisecond at a time; how many in `ms`. */
function workFor(budget: CpuBudget, ms: number): number {
  let worked = 0;
  for (let i = 0; i < ms; i++) {
    vi.advanceTimersByTime(1);
    if (budget.isSpent) continue;
    budget.charge(1);
    worked++;
  }
  return worked;
}

describe("a budget of CPU time", () => {
  it("lets a share of the time be used, after a burst", () => {
    const budget = new CpuBudget(20);
    const worked = workFor(budget, 10_000);
    expect(worked).toBeGreaterThanOrEqual(2000);
    expect(worked).toBeLessThanOrEqual(2000 + 20);
  });

  it("has more than one core where it says so", () => {
    const budget = new CpuBudget(150);
    for (let i = 0; i < 100; i++) {
      vi.advanceTimersByTime(10);
      budget.charge(15);
    }
    expect(budget.isSpent).toBe(false);
    for (let i = 0; i < 100 && !budget.isSpent; i++) {
      vi.advanceTimersByTime(10);
      budget.charge(20);
    }
    expect(budget.isSpent).toBe(true);
  });

  it("makes a long piece of work wait as long as it has to be paid for", () => {
    const budget = new CpuBudget(50);
    const told: boolean[] = [];
    budget.listen((isSpent) => told.push(isSpent));
    budget.charge(525);
    vi.advanceTimersByTime(999);
    expect(told).toEqual([true]);
    vi.advanceTimersByTime(1);
    expect(told).toEqual([true, false]);
  });

  it("waits for what is charged while it is spent, too", () => {
    const budget = new CpuBudget(50);
    budget.charge(125);
    budget.charge(100);
    vi.advanceTimersByTime(399);
    expect(budget.isSpent).toBe(true);
    vi.advanceTimersByTime(1);
    expect(budget.isSpent).toBe(false);
  });

  it("tells a new listener that it is spent", () => {
    const budget = new CpuBudget(50);
    budget.charge(1000);
    const told: boolean[] = [];
    const end = budget.listen((isSpent) => told.push(isSpent));
    end();
    vi.advanceTimersByTime(10_000);
    expect(told).toEqual([true]);
  });

  it("without a limit is never spent", () => {
    const budget = new CpuBudget(Number.POSITIVE_INFINITY);
    budget.charge(1e9);
    expect([budget.isLimited, budget.isSpent]).toEqual([false, false]);
  });

  it("keeps the slices of a VM back until there is something to spend, others' go on", async () => {
    const scheduler = new Scheduler();
    const budget = new CpuBudget(10);
    const limited = new RunQueue(scheduler, budget);
    const free = new RunQueue(scheduler);
    const order: string[] = [];
    limited.push("", () => {
      order.push("first");
      budget.charge(15);
    });
    limited.push("", () => order.push("second"));
    free.push("", () => order.push("free"));
    while (!order.includes("free")) await turn();
    await turn();
    expect(order).toEqual(["first", "free"]);
    vi.advanceTimersByTime(100);
    while (limited.length > 0) await turn();
    expect(order).toEqual(["first", "free", "second"]);
  });
});
