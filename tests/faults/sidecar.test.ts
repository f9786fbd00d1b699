// What happens when the sidecar, the app or the line between them breaks.

import type { ChildProcess } from "node:child_process";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import type { Socket } from "node:net";
import { SidecarExitError } from "@agentos/core";
import { describe, expect, it } from "vitest";
import { runApp, startApp } from "../support/child.ts";
import { createSidecar, createVmIn } from "../support/vm.ts";

/** A zombie has ended, whoever is to reap it. */
function isAlive(pid: number): boolean {
  if (!existsSync(`/proc/${pid}/stat`)) return false;
  return !/\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
}

async function gone(pid: number): Promise<void> {
  while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** What `make` makes, and the processes that were started for it. */
async function childrenOf<T>(make: () => Promise<T>): Promise<{ made: T; children: ChildProcess[] }> {
  const children: ChildProcess[] = [];
  const note = (message: unknown): void => {
    children.push((message as { process: ChildProcess }).process);
  };
  subscribe("child_process", note);
  try {
    return { made: await make(), children };
  } finally {
    unsubscribe("child_process", note);
  }
}

describe("a sidecar that is killed", () => {
  it("fails everything that waits for it with SidecarExitError, and the next VM works", async () => {
    const handle = createSidecar();
    const vm = await createVmIn(handle);
    const { shellId } = await vm.openShell();
    const { pid } = await vm.spawn("cat");
    await vm.writeFile("/tmp/big", new Uint8Array(5_000_000));
    const pending = [
      vm.exec("while :; do :; done"),
      vm.exec("cat", { stdin: new Uint8Array(50_000_000) }),
      vm.exec("sleep 1000", { timeoutMs: 1_000_000 }),
      vm.waitShell(shellId),
      vm.waitProcess(pid),
      vm.createReadStream("/dev/zero").resume().toArray(),
      vm.connect(1).toArray(),
    ];
    const settled = Promise.allSettled(pending);
    await vm.stat("/tmp/big");
    process.kill(handle.describe().pid!, "SIGKILL");
    const creating = createVmIn(handle);
    const reasons = (await settled).map((outcome) => (outcome as PromiseRejectedResult).reason as Error);
    for (const reason of reasons.slice(0, 6)) expect(reason).toBeInstanceOf(SidecarExitError);
    await expect(vm.writeShell(shellId, "x")).rejects.toBeInstanceOf(SidecarExitError);
    await expect(vm.exec("true")).rejects.toBeInstanceOf(SidecarExitError);
    await vm.dispose();
    expect((await (await creating).exec("echo again")).stdout).toBe("again\n");
  });

  it("fails a VM that is just being created with the same error, or serves it from a fresh process", async () => {
    for (let i = 0; i < 3; i++) {
      const handle = createSidecar();
      const first = createVmIn(handle);
      const pid = handle.describe().pid;
      if (pid) process.kill(pid, "SIGKILL");
      const outcome = await first.catch((error: unknown) => error);
      if (outcome instanceof Error) expect(outcome).toBeInstanceOf(SidecarExitError);
      expect((await (await createVmIn(handle)).exec("echo works")).stdout).toBe("works\n");
    }
  });

  it("leaves nothing that keeps the app from ending", async () => {
    const { name } = await runApp<{ name: string }>(
      `const handle = AgentOs.createSidecar();
      const vm = await AgentOs.create({ software: common, sidecar: { kind: "explicit", handle } });
      const pending = vm.exec("sleep 1000", { timeoutMs: 1e6 });
      vm.watch("/tmp", () => {});
      await vm.stat("/");
      process.kill(handle.describe().pid, "SIGKILL");
      console.log(JSON.stringify({ name: (await pending.catch((error) => error)).name }));`,
    );
    expect(name).toBe("SidecarExitError");
  });
});

describe("an app that is killed", () => {
  it("takes its busy sidecar with it", async () => {
    const app = startApp(
      `const handle = AgentOs.createSidecar();
      const vm = await AgentOs.create({ software: common, sidecar: { kind: "explicit", handle } });
      vm.exec("while :; do :; done");
      await vm.stat("/");
      console.log(handle.describe().pid);`,
    );
    await once(app.process.stdout, "data");
    const pid = Number(app.output());
    expect(isAlive(pid)).toBe(true);
    app.process.kill("SIGKILL");
    await gone(pid);
  });
});

describe("the line to the sidecar", () => {
  it.each([
    ["nothing but noise", () => Uint8Array.from({ length: 4096 }, (_, i) => (i * 7919) % 251)],
    ["a frame that claims to be enormous", () => new Uint8Array(64).fill(255)],
    ["a cut frame", () => new Uint8Array([9, 0, 0])],
  ])("survives %s from the app: that sidecar ends, the next works", async (_name, garbage) => {
    const handle = createSidecar();
    const { made: vm, children } = await childrenOf(() => createVmIn(handle));
    const { pid } = handle.describe();
    const line = children.find((child) => child.pid === pid)!.stdio[3] as Socket;
    const pending = vm.exec("sleep 1000");
    await vm.stat("/");
    line.write(garbage());
    line.end();
    await expect(pending).rejects.toBeInstanceOf(SidecarExitError);
    await gone(pid!);
    expect((await (await createVmIn(handle)).exec("echo works")).stdout).toBe("works\n");
  });
});
