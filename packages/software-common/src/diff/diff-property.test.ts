import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bootTestVm } from "@agentos/kernel/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tools } from "../index.ts";

const hostHas = (command: string) => spawnSync(command, ["--version"]).status === 0;

/** A text, and another that a few edits make of it. */
const edited = fc
  .tuple(
    fc.array(fc.constantFrom("a", "b", "c", "}", "", "long line of text"), { maxLength: 30 }),
    fc.array(
      fc.record({ at: fc.nat(30), drop: fc.nat(3), add: fc.array(fc.constantFrom("a", "new", "}")) }),
      {
        maxLength: 4,
      },
    ),
    fc.tuple(fc.boolean(), fc.boolean()),
  )
  .map(([before, edits, [leftEnds, rightEnds]]) => {
    const after: string[] = [...before];
    for (const { at, drop, add } of edits) after.splice(at, drop, ...add.slice(0, 4));
    const text = (lines: string[], ends: boolean) =>
      lines.join("\n") + (ends && lines.length > 0 ? "\n" : "");
    return [text(before, leftEnds), text(after, rightEnds)] as const;
  });

const oldAndNew = (left: string, right: string) => ({ old: left, new: right });

describe("diff of random edits", () => {
  it.skipIf(!hostHas("diff"))("equals GNU diff's output in every format", async () => {
    const directory = mkdtempSync(join(tmpdir(), "diff-"));
    const vm = bootTestVm({ software: [tools], files: { [`${directory}/`]: { mode: 0o777 } } });
    try {
      await fc.assert(
        fc.asyncProperty(
          edited,
          fc.constantFrom("-U3", "-U0", "-C3", "-e", "-n", "-y", "--normal"),
          async (texts, format) => {
            for (const [name, text] of Object.entries(oldAndNew(...texts))) {
              writeFileSync(join(directory, name), text);
              await vm.writeFile(`${directory}/${name}`, text);
            }
            const argv = ["diff", format, "--label=l", "--label=r", "old", "new"];
            const host = spawnSync(argv[0]!, argv.slice(1), { cwd: directory, encoding: "utf8" });
            const run = await vm.run(argv, { cwd: directory });
            expect({ out: run.stdout, status: run.exitCode }).toEqual({
              out: host.stdout,
              status: host.status,
            });
          },
        ),
        { numRuns: 150, seed: 7 },
      );
    } finally {
      vm.dispose();
      rmSync(directory, { recursive: true, force: true });
    }
  });

  it.skipIf(!hostHas("patch"))("turns the old text into the new one when patch applies it", async () => {
    const directory = mkdtempSync(join(tmpdir(), "patch-"));
    const vm = bootTestVm({ software: [tools] });
    try {
      await fc.assert(
        fc.asyncProperty(edited, async ([left, right]) => {
          await vm.writeFile("/home/user/old", left);
          await vm.writeFile("/home/user/new", right);
          const { stdout } = await vm.run(["diff", "-u", "old", "new"]);
          writeFileSync(join(directory, "text"), left);
          if (stdout !== "") {
            execFileSync("patch", ["-s", "text"], { cwd: directory, input: stdout });
            expect(readFileSync(join(directory, "text"), "utf8")).toBe(right);
          } else expect(left).toBe(right);
          rmSync(join(directory, "text"), { force: true });
          rmSync(join(directory, "text.orig"), { force: true });
        }),
        { numRuns: 60, seed: 11 },
      );
    } finally {
      vm.dispose();
      rmSync(directory, { recursive: true, force: true });
    }
  });
});
