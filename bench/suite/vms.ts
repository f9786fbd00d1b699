// Many VMs: their birth and death, their weight, and their work side by side.

import { AgentOs } from "@agentos/core";
import { measure } from "./measure.ts";
import { proportionalKb } from "./processes.ts";
import type { Row } from "./report.ts";
import { software } from "./subjects.ts";

const PIPELINE = "seq 1 2000 | sort -rn | head -3";

export async function vmRows(): Promise<Row[]> {
  return [await lifeRow(), await memoryRow(), await crowdRow()];
}

async function lifeRow(): Promise<Row> {
  const life = async (kind: "shared" | "inline") => {
    // One VM stays, so that the sidecar is warm.
    await using keeper = await AgentOs.create({ software, sidecar: { kind } });
    await keeper.exec("true");
    const { medianMs } = await measure(async () => {
      const vm = await AgentOs.create({ software, sidecar: { kind } });
      await vm.dispose();
    });
    return medianMs;
  };
  const ms = { sidecar: await life("shared"), inline: await life("inline") };
  return {
    name: "create + dispose",
    ms,
    target: "≤ 2 ms, inline ≤ 1 ms",
    met: ms.sidecar <= 2 && ms.inline <= 1,
  };
}

async function memoryRow(): Promise<Row> {
  await using handle = AgentOs.createSidecar();
  const sidecar = { kind: "explicit", handle } as const;
  const vms: AgentOs[] = [];
  const grow = async (count: number) => {
    while (vms.length < count) vms.push(await AgentOs.create({ software, sidecar }));
  };
  // The first ones pay for what all share: code, layers, the heap's own growth.
  await grow(100);
  await vms[0]!.exec("true");
  const { pid } = handle.describe();
  const before = proportionalKb(pid!);
  await grow(1100);
  const perVm = (proportionalKb(pid!) - before) / 1000;
  await Promise.all(vms.map((vm) => vm.dispose()));
  return {
    name: "memory of an idle VM (1,000)",
    kb: perVm,
    ms: {},
    target: "≤ 200 KB each",
    met: perVm <= 200,
  };
}

async function crowdRow(): Promise<Row> {
  const COUNT = 200;
  await using handle = AgentOs.createSidecar();
  const sidecar = { kind: "explicit", handle } as const;
  const vms = await Promise.all(Array.from({ length: COUNT }, () => AgentOs.create({ software, sidecar })));
  const run = async (vm: AgentOs) => {
    const { stdout, exitCode } = await vm.exec(PIPELINE);
    if (exitCode !== 0 || stdout !== "2000\n1999\n1998\n")
      throw new Error(`a VM in the crowd answered ${stdout}`);
  };
  await Promise.all(vms.map(run));
  const single = await measure(() => run(vms[0]!));
  const all = await measure(() => Promise.all(vms.map(run)), { least: 3, most: 5, warmUp: 1 });
  await Promise.all(vms.map((vm) => vm.dispose()));
  const ms = { sidecar: all.medianMs };
  const sum = COUNT * single.medianMs;
  return {
    name: `${COUNT} VMs, a pipeline each`,
    ms,
    note: `one alone ${single.medianMs.toFixed(2)} ms`,
    target: "≤ 2 × the sum of single runs",
    met: all.medianMs <= 2 * sum,
  };
}
