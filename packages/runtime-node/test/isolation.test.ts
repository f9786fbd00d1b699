import { AgentOs } from "@agentos/core";
import { describe, expect, it } from "vitest";
import node from "../src/index.ts";
import { osSandbox } from "../src/os-sandbox.ts";

const { isUp, how } = await osSandbox();

for (const kind of ["inline", "shared"] as const) {
  describe(`the walls around guest Node (${kind})`, () => {
    it("are told by describe()", async () => {
      await using vm = await AgentOs.create({ software: node, sidecar: { kind } });
      const { runtimes } = await vm.describe();
      expect(runtimes.map(({ software }) => software)).toEqual(["@agentos/runtime-node"]);
      expect(runtimes[0]!.walls.map((wall) => [wall.name, wall.isUp])).toEqual([
        ["virtual-bindings", true],
        ["permission-model", true],
        ["process", true],
        ["os-sandbox", isUp],
      ]);
      expect(runtimes[0]!.walls[3]!.how).toBe(how);
    });

    it("can be required", async () => {
      const creating = AgentOs.create({
        software: node,
        sidecar: { kind },
        isolation: { require: ["virtual-bindings", "os-sandbox"] },
      });
      if (!isUp) return expect(creating).rejects.toMatchObject({ name: "IsolationError" });
      await using vm = await creating;
      expect((await vm.execFile("node", ["-p", "6 * 7"])).stdout).toBe("42\n");
    });
  });
}
