import { bootTestVm } from "@agentos/kernel/testing";
import common from "@agentos/software-common";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import node from "../../src/index.ts";
import { ATTEMPTS } from "./attempts.ts";
import { HostTarget } from "./host-target.ts";

let target: HostTarget;

beforeAll(async () => {
  target = await HostTarget.create();
});

afterAll(() => target.dispose());

describe("a guest cannot", () => {
  for (const [name, code] of Object.entries(ATTEMPTS)) {
    it(name, async () => {
      const files = { "/home/user/main.js": target.prelude + code };
      const vm = bootTestVm({ software: [node, common], files });
      try {
        const { stdout, stderr } = await vm.run(["node", "main.js"]);
        expect(stdout + stderr).not.toContain("PWNED");
        expect(await target.damage(stdout + stderr)).toEqual([]);
      } finally {
        vm.dispose();
      }
    });
  }
});
