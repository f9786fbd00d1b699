import { readFileSync } from "node:fs";
import type { Spawned } from "@agentos/kernel";
import { SIGNALS } from "@agentos/kernel/abi";
import { bootTestVm, type TestVm } from "@agentos/kernel/testing";
import common from "@agentos/software-common";
import { afterEach, describe, expect, it } from "vitest";
import node from "../src/index.ts";
import type { NodeImage } from "../src/node-image.ts";

let vm: TestVm;
afterEach(() => vm.dispose());

const boot = (maxCpuPercent: number): TestVm => {
  vm = bootTestVm({ software: [common, node], limits: { maxCpuPercent } });
  return vm;
};

/** Works until it has used some CPU time; prints which share of the time passed that was. */
const WORK = `
const used = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1000; };
const from = used(), begin = performance.now();
while (used() - from < 150);
console.log((used() - from) / (performance.now() - begin));`;

const shareOf = async (): Promise<number> => Number((await vm.run(["node", "-e", WORK])).stdout);

const stateOf = (pid: number): string =>
  / \(.*\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, "latin1"))![1]!;
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 2));

describe.runIf(process.platform === "linux")("limits.maxCpuPercent", () => {
  it("holds a busy program to about its share of a core", async () => {
    boot(20);
    const share = await shareOf();
    expect(share).toBeGreaterThan(0);
    expect(share).toBeLessThan(0.4);
  });

  it("holds the programs of a VM to it together", async () => {
    boot(40);
    const shares = await Promise.all([shareOf(), shareOf(), shareOf()]);
    expect(shares.reduce((sum, share) => sum + share)).toBeLessThan(0.8);
  });

  it("leaves other VMs alone", async () => {
    const other = bootTestVm({ software: [node] });
    try {
      boot(5);
      const slow = vm.run(["node", "-e", "for (;;);"]);
      expect((await other.run(["node", "-p", "6 * 7"])).stdout).toBe("42\n");
      vm.kernel.procOf(vm.kernel.init).kill(-1, SIGNALS.SIGKILL);
      expect((await slow).signal).toBe("SIGKILL");
    } finally {
      other.dispose();
    }
  });

  it("does not continue what job control has stopped", async () => {
    boot(20);
    const started = Promise.withResolvers<Spawned>();
    const running = vm.run(["node", "-e", "for (;;);"], { onStart: started.resolve });
    const { pid, process } = await started.promise;
    const { cpuBudget } = vm.kernel;
    while (!cpuBudget.isSpent) await turn();
    const init = vm.kernel.procOf(vm.kernel.init);
    init.kill(pid, SIGNALS.SIGSTOP);
    while (cpuBudget.isSpent) await turn();
    const { hostPid } = process.image as NodeImage;
    expect(stateOf(hostPid!)).toBe("T");
    init.kill(pid, SIGNALS.SIGCONT);
    while (stateOf(hostPid!) === "T") await turn();
    init.kill(pid, SIGNALS.SIGKILL);
    expect((await running).signal).toBe("SIGKILL");
  });

  it("counts what the shell and the tools do as well", async () => {
    boot(10);
    const begin = performance.now();
    const spawned = Promise.withResolvers<Spawned>();
    await vm.run(["bash", "-c", "for ((i = 0; i < 60000; i++)); do :; done"], { onStart: spawned.resolve });
    const { cpuMs } = (await spawned.promise).process;
    // The burst, and a slice that was under way when the budget was spent.
    expect((cpuMs - 20) / (performance.now() - begin)).toBeLessThan(0.2);
  });
});
