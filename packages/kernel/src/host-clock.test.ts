import { afterEach, describe, expect, it, vi } from "vitest";
import { epochNs, startTimer } from "./host-clock.ts";

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe("the wall clock", () => {
  it("goes on in microseconds and follows the host's when that is set", () => {
    const real = Date.now();
    const before = epochNs();
    expect(epochNs()).toBeGreaterThanOrEqual(before);
    vi.spyOn(Date, "now").mockReturnValue(real + 3_600_000);
    expect(epochNs() - before).toBeGreaterThan(3_599_000_000_000n);
    vi.restoreAllMocks();
    expect(epochNs() - before).toBeLessThan(60_000_000_000n);
  });
});

describe("a timer", () => {
  it("may be longer than the host's longest", () => {
    vi.useFakeTimers();
    let fired = 0;
    startTimer(2 ** 32, () => fired++);
    vi.advanceTimersByTime(2 ** 32 - 1000);
    expect(fired).toBe(0);
    vi.advanceTimersByTime(2000);
    expect(fired).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("can be cancelled at any time", () => {
    vi.useFakeTimers();
    const cancel = startTimer(2 ** 32, () => expect.unreachable());
    vi.advanceTimersByTime(2 ** 31 + 5);
    cancel();
    expect(vi.getTimerCount()).toBe(0);
  });
});
