import { describe, expect, it } from "vitest";
import { type LimitWarning, Quota } from "./limits.ts";

describe("a quota", () => {
  const make = (warnings: LimitWarning[] = []) =>
    new Quota("maxPipes", 10, "ENFILE", (warning) => warnings.push(warning));

  it("gives what Linux gives when there are no more", () => {
    const quota = make();
    for (let i = 0; i < 10; i++) quota.take();
    expect(() => quota.take()).toThrow("Too many open files in system");
    quota.take(1);
    expect(quota.used).toBe(11);
  });

  it("warns once at 80 %, and again when use has fallen in between", () => {
    const warnings: LimitWarning[] = [];
    const quota = make(warnings);
    for (let i = 0; i < 9; i++) quota.take();
    expect(warnings).toEqual([{ limit: "maxPipes", used: 8, max: 10 }]);
    quota.give();
    quota.give();
    quota.take();
    expect(warnings).toHaveLength(2);
  });
});
