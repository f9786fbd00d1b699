// Each promise is tested with the kernel in this process and with one in a sidecar: here and in the tests of core.

import { AgentOs, type AgentOsOptions, type SidecarHandle } from "@agentos/core";
import common from "@agentos/software-common";
import { afterEach } from "vitest";

export const MODES = ["inline", "sidecar"] as const;
export type Mode = (typeof MODES)[number];

const open = new Set<AsyncDisposable>();

/** Disposes what a test made, also when it failed. */
afterEach(async () => {
  const opened = [...open].reverse();
  open.clear();
  await Promise.all(opened.map((made) => made[Symbol.asyncDispose]()));
});

/** A VM with the common tools. */
export async function createVm(mode: Mode, options: AgentOsOptions = {}): Promise<AgentOs> {
  const sidecar = mode === "inline" ? ({ kind: "inline" } as const) : ({ kind: "shared" } as const);
  const vm = await AgentOs.create({ software: common, sidecar, ...options });
  open.add(vm);
  return vm;
}

export function createSidecar(): SidecarHandle {
  const handle = AgentOs.createSidecar();
  open.add(handle);
  return handle;
}

export function createVmIn(handle: SidecarHandle, options: AgentOsOptions = {}): Promise<AgentOs> {
  return createVm("sidecar", { sidecar: { kind: "explicit", handle }, ...options });
}

/** Names of the processes that are left in a VM. */
export async function processNames(vm: AgentOs): Promise<string[]> {
  return (await vm.listProcesses()).map(({ command }) => command).sort();
}
