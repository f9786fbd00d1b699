import { fileURLToPath } from "node:url";
import { AgentOs, type AgentOsOptions, nodeModulesMount } from "@agentos/core";
import node from "@agentos/runtime-node";
import common from "@agentos/software-common";

const hostPath = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Where the fixtures are on the host. */
export const FIXTURES = hostPath("../fixtures");

/** A VM with this package's dependencies and fixtures. */
export function packagesVm(options: AgentOsOptions = {}): Promise<AgentOs> {
  return AgentOs.create({
    software: [common, node],
    ...options,
    mounts: [
      nodeModulesMount(hostPath("../node_modules")),
      {
        path: "/home/user/fixtures",
        plugin: { id: "host_dir", config: { hostPath: FIXTURES } },
        readOnly: true,
      },
    ],
  });
}
