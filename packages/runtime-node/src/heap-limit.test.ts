import { getHeapStatistics } from "node:v8";
import { describe, expect, it } from "vitest";
import { heapFlag } from "./heap-limit.ts";

describe("the limit of a guest's heap", () => {
  it.each([
    [1, "--max-heap-size=32"],
    [100, "--max-heap-size=48"],
    [512, "--max-heap-size=256"],
    [519, "--max-heap-size=256"],
  ])("is half of what a process of the VM may use: %d MiB", (maxMemoryMb, flag) => {
    expect(heapFlag(maxMemoryMb, [])).toBe(flag);
    expect(heapFlag(maxMemoryMb, ["--no-warnings"])).toBe(flag);
  });

  it("is V8's own where that is lower", () => {
    expect(heapFlag(Number.POSITIVE_INFINITY, [])).toBeUndefined();
    expect(heapFlag(getHeapStatistics().heap_size_limit / 2 ** 19 + 16, [])).toBeUndefined();
  });

  it("is the program's own if it asks for one", () => {
    expect(heapFlag(100, ["--no-warnings", "--max-old-space-size=70"])).toBeUndefined();
  });
});
