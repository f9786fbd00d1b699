// Host tools, called by guest Node.

import { hostToolkit } from "@agentos/core";
import node from "@agentos/runtime-node";
import common from "@agentos/software-common";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { createVm, MODES } from "./support/vm.ts";

describe.each(MODES)("host tools and guest Node (%s)", (mode) => {
  it("child_process calls them, and can end them", async () => {
    const kit = hostToolkit("test", {
      add: {
        description: "",
        args: z.object({ left: z.number(), right: z.number() }),
        handler: (_c, { left, right }) => left + right,
      },
      wait: { description: "", handler: () => new Promise(() => {}) },
    });
    const vm = await createVm(mode, { software: [common, node], toolKits: [kit] });
    await vm.writeFile(
      "/tmp/main.cjs",
      `const { execFile, execFileSync, spawnSync } = require("node:child_process");
       process.stdout.write(execFileSync("agentos-test", ["add", "--left", "1", "--right", "2"]));
       process.stdout.write(spawnSync("agentos-test", ["add"], { input: '{"left":3,"right":4}' }).stdout);
       const child = execFile("agentos-test", ["wait"], (error) => console.log(error.signal));
       setImmediate(() => child.kill());`,
    );
    const { stdout, stderr } = await vm.exec("node /tmp/main.cjs");
    expect(stderr).toBe("");
    expect(stdout).toBe('{"ok":true,"result":3}\n{"ok":true,"result":7}\nSIGTERM\n');
  });
});
