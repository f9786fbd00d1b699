import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { timerDriver } from "./schedule-driver.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

it("wakes at the time, however far away it is", () => {
  const year = 365 * 86_400_000;
  const wake = vi.fn();
  timerDriver().wakeAt(1_000_000 + year, wake);
  vi.advanceTimersByTime(year - 1);
  expect(wake).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(wake).toHaveBeenCalledTimes(1);
  expect(vi.getTimerCount()).toBe(0);
});

it("a time that has passed wakes soon, but not within the call", () => {
  const wake = vi.fn();
  timerDriver().wakeAt(0, wake);
  expect(wake).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(wake).toHaveBeenCalledTimes(1);
});

it("notices within a minute that the clock was set", () => {
  const wake = vi.fn();
  timerDriver().wakeAt(1_000_000 + 3_600_000, wake);
  vi.setSystemTime(1_000_000 + 7_200_000);
  vi.advanceTimersByTime(60_000);
  expect(wake).toHaveBeenCalledTimes(1);
});

it("takes an alarm back, also after a part of the way", () => {
  const wake = vi.fn();
  const cancel = timerDriver().wakeAt(1_000_000 + 300_000, wake);
  vi.advanceTimersByTime(150_000);
  cancel();
  expect(vi.getTimerCount()).toBe(0);
});

it("holds the process up unless it is told not to", () => {
  vi.useRealTimers();
  const held = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
  const before = held();
  const cancel = timerDriver({ unref: true }).wakeAt(Date.now() + 60_000, () => {});
  expect(held()).toBe(before);
  cancel();
  const cancelHolding = timerDriver().wakeAt(Date.now() + 60_000, () => {});
  expect(held()).toBe(before + 1);
  cancelHolding();
  expect(held()).toBe(before);
});
