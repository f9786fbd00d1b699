import { expect, it } from "vitest";
import { commands } from "../commands.ts";
import { compareWithHost } from "../testing/compare-with-host.ts";
import { runInVm } from "../testing/host-oracle.ts";

compareWithHost("shuf", [
  { args: ["-e", "a"] },
  { args: ["-i", "3-3"] },
  { args: ["-i", "x"] },
  { args: ["-n", "0", "input"] },
]);

it("prints every line once, in some order", async () => {
  const { stdout } = await runInVm(commands, { argv: ["shuf", "-i", "1-100"] });
  const numbers = stdout.trimEnd().split("\n").map(Number);
  expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
});

it("draws from a long range without listing it", async () => {
  const { stdout } = await runInVm(commands, { argv: ["shuf", "-i", "1-999999999999", "-n", "3"] });
  const numbers = new Set(stdout.trimEnd().split("\n").map(Number));
  expect(numbers.size).toBe(3);
  for (const number of numbers) expect(number).toBeGreaterThan(0);
});

it("repeats no line when only some are drawn", async () => {
  const { stdout } = await runInVm(commands, { argv: ["shuf", "-i", "1-1000", "-n", "120"] });
  expect(new Set(stdout.trimEnd().split("\n")).size).toBe(120);
});
