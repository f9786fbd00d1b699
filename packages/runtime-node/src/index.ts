import { defineSoftware } from "@agentos/kernel/program";

/** Real Node.js in a VM: `AgentOs.create({ software: [common, node] })`. */
export default defineSoftware({
  name: "@agentos/runtime-node",
  version: "0.1.0",
  from: import.meta.url,
  commands: { node: { image: () => import("./node-loader.ts") } },
});
