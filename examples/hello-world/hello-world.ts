// A machine, a command, a file: the smallest thing that one can do.

import { AgentOs } from "@agentos/core";
import common from "@agentos/software-common";

await using vm = await AgentOs.create({ software: common });

const { stdout, exitCode } = await vm.exec("echo Hello from $(uname -n) | tee greeting.txt");
console.log(stdout.trimEnd(), `(exit code ${exitCode})`);

console.log(await vm.readFile("/home/user/greeting.txt", "utf8"));
