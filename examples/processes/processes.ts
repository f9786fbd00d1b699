// Programs of the machine: to their end, in the background, at a terminal.

import { AgentOs } from "@agentos/core";
import common from "@agentos/software-common";

await using vm = await AgentOs.create({ software: common, limits: { maxProcesses: 100 } });

// To its end: input, output, exit code, a limit of time.
const shouted = await vm.exec("tr a-z A-Z", { stdin: "a pipeline of real processes\n" });
console.log(shouted.stdout.trimEnd());
const slow = await vm.exec("echo begun; sleep 60", { timeoutMs: 100 });
console.log("timed out:", slow.timedOut, "said:", slow.stdout.trimEnd());

// In the background: its output as it comes, its input as you have it.
const { pid } = await vm.spawn("awk", ["{ print $1 * $2 }"]);
const decoder = new TextDecoder();
const output = vm.onProcessOutput(pid, ({ data }) => console.log("awk:", decoder.decode(data).trimEnd()));
await vm.writeProcessStdin(pid, "6 7\n12 12\n");
await vm.closeProcessStdin(pid);
console.log("awk ended with", (await vm.waitProcess(pid)).exitCode);
await output.ended;

// Signals and the process table.
const { pid: sleeper } = await vm.spawn("sh", [
  "-c",
  "trap 'echo caught; exit 3' TERM; echo ready; sleep 60 & wait",
]);
const ready = Promise.withResolvers<void>();
const spoken = vm.onProcessOutput(sleeper, ({ data }) => {
  console.log("sleeper:", decoder.decode(data).trimEnd());
  ready.resolve();
});
await ready.promise;
const processes = await vm.listProcesses();
console.log(processes.map(({ pid, command }) => `${pid} ${command}`).join(", "));
await vm.stopProcess(sleeper);
console.log("sleeper ended with", (await vm.waitProcess(sleeper)).exitCode);
spoken();

// At a terminal, as a person would use it.
const { shellId } = await vm.openShell({ cols: 40, rows: 10 });
let screen = "";
const shell = vm.onShellData(shellId, (data) => {
  screen += decoder.decode(data);
});
await vm.writeShell(shellId, "echo $LINES lines; exit\n");
await vm.waitShell(shellId);
await shell.ended;
console.log("terminal of", /\d+ lines/.exec(screen)?.[0]);
