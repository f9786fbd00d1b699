// The walls between guests and the host, as `describe()` reports them.

import type { Wall } from "@agentos/kernel/program";
import { osSandbox } from "./os-sandbox.ts";

export default async function walls(): Promise<readonly Wall[]> {
  const { isUp, how } = await osSandbox();
  return [
    {
      name: "virtual-bindings",
      isUp: true,
      how: "Node's bindings to the host are calls of the kernel; what is not known is denied",
    },
    { name: "permission-model", isUp: true, how: permissions() },
    {
      name: "process",
      isUp: true,
      how: "a process for each program, without environment, files and descriptors but its two streams to the kernel",
    },
    { name: "os-sandbox", isUp, how },
  ];
}

function permissions(): string {
  const sockets = process.allowedNodeEnvironmentFlags.has("--allow-net");
  return `--permission refuses files, ${sockets ? "sockets, " : ""}children, addons, workers, WASI and the inspector`;
}
