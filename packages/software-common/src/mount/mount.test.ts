import { bootTestVm } from "@agentos/kernel/testing";
import { afterEach, beforeEach, expect, it } from "vitest";
import { tools } from "../index.ts";

let vm: ReturnType<typeof bootTestVm>;
beforeEach(() => {
  vm = bootTestVm({ software: [tools] });
});
afterEach(() => vm.dispose());

it("mount lists what is mounted, by type if asked", async () => {
  expect((await vm.run(["mount"])).stdout).toMatch(/^\S+ on \/proc type proc \(/m);
  expect((await vm.run(["mount", "-t", "proc"])).stdout).toMatch(/^\S+ on \/proc type proc \([^)]*\)\n$/);
});

it("mount mounts nothing", async () => {
  expect((await vm.run(["mount", "/dev/sda", "/mnt"])).exitCode).toBe(32);
});
