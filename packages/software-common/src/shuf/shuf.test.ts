import { expect, it } from "vitest";
import { commands } from "../commands.ts";
import { compareWithHost } from "../shared/compare-with-host.ts";
import { runInVm } from "../shared/host-oracle.ts";

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
