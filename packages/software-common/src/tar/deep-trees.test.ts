import { bootTestVm, testSoftware } from "@agentos/kernel/testing";
import { afterAll, expect, it } from "vitest";

const NAME = "x".repeat(200);
const DEPTH = 30;

const tools = testSoftware({
  /** Makes a tree whose path is longer than PATH_MAX, in the working directory. */
  dig: async (proc) => {
    for (let i = 0; i < DEPTH; i++) {
      await proc.mkdir(NAME);
      await proc.chdir(NAME);
    }
    await proc.mkdir("leaf");
    return 0;
  },
});
const commands = { tar: { program: () => import("./tar.ts") } };
const vm = bootTestVm({ software: [{ ...testSoftware({}), commands }, tools] });
afterAll(() => vm.dispose());

it("tar archives trees deeper than a path can say", async () => {
  expect((await vm.run(["dig"], { cwd: "/tmp" })).exitCode).toBe(0);
  const made = await vm.run(["tar", "-cf", "t.tar", `/tmp/${NAME}`], { cwd: "/home/user" });
  expect(made.exitCode).toBe(0);
  const listed = await vm.run(["tar", "-tf", "t.tar"], { cwd: "/home/user" });
  const names = listed.stdout.trimEnd().split("\n");
  expect(names).toHaveLength(DEPTH + 1);
  expect(names.at(-1)).toBe(`tmp/${`${NAME}/`.repeat(DEPTH)}leaf/`);
});
