// Counted in slices and turns of the event loop, never in milliseconds.

import { afterEach, describe, expect, it } from "vitest";
import { encode } from "../src/abi/index.ts";
import type { Proc } from "../src/program/index.ts";
import { scheduler } from "../src/scheduler.ts";
import { bootTestVm, type TestCommand, type TestVm, testSoftware } from "../src/testing/index.ts";

const vms: TestVm[] = [];

function boot(commands: Readonly<Record<string, TestCommand>>): TestVm {
  const vm = bootTestVm({ software: [testSoftware(commands)] });
  vms.push(vm);
  return vm;
}

afterEach(() => {
  for (const vm of vms.splice(0)) vm.dispose();
});

async function spin(proc: Proc): Promise<number> {
  for (;;) {
    const pause = proc.yield();
    if (pause) await pause;
  }
}

/** A pipeline whose stages are always ready, and never ask for a yield. */
async function pingPong(proc: Proc): Promise<number> {
  const [reader, writer] = proc.pipe();
  proc.fork(async (child) => {
    const line = encode("y\n");
    for (;;) await child.write(writer, line);
  });
  const buffer = new Uint8Array(4096);
  for (;;) await proc.read(reader, buffer);
}

async function copyZeros(proc: Proc): Promise<number> {
  const from = await proc.open("/dev/zero", 0);
  const to = await proc.open("/dev/null", 1);
  const buffer = new Uint8Array(65_536);
  for (;;) await proc.write(to, buffer.subarray(0, await proc.read(from, buffer)));
}

/** Forks for ever, waiting for each. */
async function forkAndWait(proc: Proc): Promise<number> {
  for (;;) await proc.wait(proc.fork(() => 0));
}

const short: TestCommand = async (proc) => {
  await proc.wait(await proc.spawn("/usr/bin/true", ["true"]));
  await proc.write(1, encode("done\n"));
  return 0;
};

const BUSY = { spin, pingPong, copyZeros, forkAndWait };

describe.each(Object.keys(BUSY))("while a VM is busy with %s", (name) => {
  it("another VM's short command needs only a few slices", async () => {
    const busy = boot(BUSY);
    const other = boot({ short, true: () => 0 });
    await other.run(["short"]);
    void busy.run([name]);
    await turn();
    const slices = busy.kernel.runQueue.slices;
    const turns = scheduler.turns;
    expect((await other.run(["short"])).stdout).toBe("done\n");
    expect(busy.kernel.runQueue.slices - slices).toBeLessThanOrEqual(5);
    expect(scheduler.turns - turns).toBeLessThanOrEqual(10);
  });

  it("timers of the host go on", async () => {
    const busy = boot(BUSY);
    void busy.run([name]);
    for (let i = 0; i < 5; i++) await turn();
    expect(busy.kernel.runQueue.slices).toBeGreaterThan(0);
  });

  it("ends when it is disposed of", async () => {
    const busy = boot(BUSY);
    const run = busy.run([name]);
    await turn();
    busy.dispose();
    expect((await run).signal).toBe("SIGKILL");
  });
});

describe("many busy VMs", () => {
  it("take turns", async () => {
    const all = Array.from({ length: 5 }, () => boot(BUSY));
    for (const vm of all) void vm.run(["spin"]);
    while (all[0]!.kernel.runQueue.slices < 4) await turn();
    const slices = all.map((vm) => vm.kernel.runQueue.slices);
    expect(Math.max(...slices) - Math.min(...slices)).toBeLessThanOrEqual(1);
  });
});

/** One timer of the host. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
