import { bootTestVm } from "@agentos/kernel/testing";
import { afterEach, beforeEach, expect, it } from "vitest";
import { tools } from "../index.ts";

let vm: ReturnType<typeof bootTestVm>;
beforeEach(() => {
  vm = bootTestVm({ software: [tools] });
});
afterEach(() => vm.dispose());

it("setsid runs a program in a session of its own", async () => {
  const { stdout, exitCode } = await vm.run(["setsid", "-w", "cut", "-d ", "-f1,6", "/proc/self/stat"]);
  const [pid, sid] = stdout.trim().split(/\s+/);
  expect(exitCode).toBe(0);
  expect(sid).toBe(pid);
});
