// An app with a guest in a busy loop; its argument is the kind of sidecar. Prints a line when the guest runs.

import { AgentOs } from "@agentos/core";
import node from "../src/index.ts";

const kind = process.argv[2] as "inline" | "shared";
const vm = await AgentOs.create({ software: node, sidecar: { kind } });
const code = "require('fs').writeFileSync('/tmp/on', ''); for (;;);";
await vm.spawn("node", ["-e", code]);
while (!(await vm.exists("/tmp/on"))) await new Promise((resolve) => setTimeout(resolve, 5));
console.log("busy");
// As apps do, it waits for something.
setInterval(() => {}, 1000);
