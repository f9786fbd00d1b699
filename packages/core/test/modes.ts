// Every journey runs against a VM in this process and against one in a sidecar.

import { AgentOs, type AgentOsOptions } from "@agentos/core";
import common from "@agentos/software-common";
import { afterEach } from "vitest";

export const MODES = ["inline", "sidecar"] as const;
export type Mode = (typeof MODES)[number];

const open = new Set<AgentOs>();

/** Disposes what a test created, also when it failed. */
afterEach(async () => {
  await Promise.all([...open].map((vm) => vm.dispose()));
  open.clear();
});

/** A VM with the common tools. */
export async function createVm(mode: Mode, options: AgentOsOptions = {}): Promise<AgentOs> {
  const sidecar = mode === "inline" ? ({ kind: "inline" } as const) : ({ kind: "shared" } as const);
  const vm = await AgentOs.create({ software: common, sidecar, ...options });
  open.add(vm);
  return vm;
}
