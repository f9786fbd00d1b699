// A sidecar with a guest in a busy loop: prints the guests' process ids and waits.

import { execFileSync } from "node:child_process";
import { bootTestVm } from "@agentos/kernel/testing";
import node from "../src/index.ts";

const vm = bootTestVm({ software: [node] });
void vm.run(["node", "-e", "require('fs').writeFileSync('/tmp/on', ''); for (;;);"]);
const caller = vm.namespace.caller();
while (!(await vm.namespace.statIfExists(caller, "/tmp/on")))
  await new Promise((resolve) => setTimeout(resolve, 5));
const list = execFileSync("ps", ["-o", "pid=,args=", "--ppid", String(process.pid)], { encoding: "utf8" });
const guests = list.split("\n").filter((line) => line.includes("--zero-fill-buffers"));
console.log(JSON.stringify(guests.map((line) => Number.parseInt(line, 10))));
