// Nothing is left behind: not in memory, not among the descriptors, timers and processes of the app.

import { describe, expect, it } from "vitest";
import { runApp } from "./support/child.ts";
import { MODES } from "./support/vm.ts";

const MEASURES = `
  import fs from "node:fs";
  const heap = async () => { for (let i = 0; i < 4; i++) { await new Promise((r) => setTimeout(r)); gc(); } return process.memoryUsage().heapUsed; };
  const fds = () => fs.readdirSync("/proc/self/fd").length;
  const resources = () => process.getActiveResourcesInfo().filter((name) => name !== "PipeWrap" && name !== "TTYWrap");
`;
const sidecarOf = (mode: string): string => (mode === "inline" ? `{ kind: "inline" }` : `{ kind: "shared" }`);

/** Of the heap, for what is compiled late and cached up to a bound. */
const SLACK = 3_000_000;

describe.each(MODES)("nothing leaks (%s)", (mode) => {
  it("ten thousand commands in one VM", async () => {
    const result = await runApp<{ growth: number; processes: string[]; fds: number }>(
      `${MEASURES}
      const vm = await AgentOs.create({ software: common, sidecar: ${sidecarOf(mode)} });
      const work = async (count) => { for (let i = 0; i < count; i++) await vm.exec(i % 4 === 0 ? "echo hello | cat" : "echo hello"); };
      await work(1000);
      const before = await heap(), open = fds();
      await work(10_000);
      const growth = (await heap()) - before;
      console.log(JSON.stringify({ growth, processes: (await vm.listProcesses()).map((p) => p.command), fds: fds() - open }));
      await vm.dispose();`,
      ["--expose-gc"],
    );
    expect(result).toEqual({ growth: expect.any(Number), processes: ["init"], fds: 0 });
    expect(result.growth).toBeLessThan(SLACK);
  });

  it("two thousand VMs, one after the other", async () => {
    const result = await runApp<{ growth: number; fds: number; resources: string[] }>(
      `${MEASURES}
      const work = async (count) => {
        for (let i = 0; i < count; i++) {
          const vm = await AgentOs.create({ software: common, sidecar: ${sidecarOf(mode)} });
          await vm.exec("echo hello > file; sleep 1000 > /dev/null 2>&1 & cat file");
          await vm.dispose();
        }
      };
      await work(200);
      const before = await heap(), open = fds(), had = resources();
      await work(2000);
      const growth = (await heap()) - before;
      console.log(JSON.stringify({ growth, fds: fds() - open, resources: resources().slice(had.length) }));`,
      ["--expose-gc"],
    );
    expect(result).toEqual({ growth: expect.any(Number), fds: 0, resources: [] });
    expect(result.growth).toBeLessThan(SLACK);
  });

  it("an app ends by itself once its VMs are disposed of, whatever they were doing", async () => {
    const result = await runApp<{ errors: string[] }>(
      `const vm = await AgentOs.create({ software: common, sidecar: ${sidecarOf(mode)} });
      const { shellId } = await vm.openShell();
      const { pid } = await vm.spawn("bash", ["-c", "while :; do echo x; sleep 0.01; done"]);
      vm.onShellData(shellId, () => {});
      vm.onProcessOutput(pid, () => {});
      vm.watch("/tmp", () => {});
      const pending = [vm.exec("sleep 1000"), vm.exec("while :; do :; done"), vm.waitProcess(pid), vm.waitShell(shellId), vm.exec("yes > /dev/null", { timeoutMs: 1e6 })];
      const settled = Promise.allSettled(pending);
      await vm.stat("/");
      await vm.dispose();
      console.log(JSON.stringify({ errors: (await settled).map((outcome) => outcome.reason?.name ?? "none") }));`,
    );
    expect(result.errors).toEqual(Array.from({ length: 5 }, () => "VmDisposedError"));
  });
});
