import { SIGNALS } from "@agentos/kernel/abi";
import { defineSoftware } from "@agentos/kernel/program";
import { bootTestVm } from "@agentos/kernel/testing";
import { expect, it } from "vitest";
import { commands } from "../commands.ts";

it("tail -f --pid prints what is appended and ends with the watched process", async () => {
  const software = defineSoftware({ name: "tested", version: "0", from: import.meta.url, commands });
  const vm = bootTestVm({ software: [software], files: { "/home/user/log": "one\n" } });
  try {
    let started: { pid: number } | undefined;
    const writer = vm.run(["sleep", "60"], { onStart: ({ pid }) => void (started = { pid }) });
    const reader = vm.run(["tail", "-f", `--pid=${await pidOf(() => started?.pid)}`, "log"]);
    await vm.run(["tee", "-a", "log"], { stdin: "two\n" });
    await vm.run(["kill", "-s", String(SIGNALS.SIGTERM), String(started!.pid)]);
    expect((await reader).stdout).toBe("one\ntwo\n");
    expect((await writer).signal).toBe("SIGTERM");
  } finally {
    vm.dispose();
  }
});

/** The pid, once the process runs. */
async function pidOf(read: () => number | undefined): Promise<number> {
  for (;;) {
    const pid = read();
    if (pid !== undefined) return pid;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
