// A busy VM does not keep others waiting: counted in turns of the event loop, not in time.

import { describe, expect, it } from "vitest";
import { measureSlices } from "./support/slices.ts";
import { createVm } from "./support/vm.ts";

const BUSY = [
  "while :; do :; done",
  "yes | cat | cat > /dev/null",
  "while :; do (:); done",
  "while :; do /usr/bin/true; done",
  "cat /dev/zero | gzip | wc -c",
  "awk 'BEGIN { for (;;) x = x + 1 }'",
  "f() { f | f & }; f",
];

describe("fairness", () => {
  it.each(BUSY)("next to %s", async (command) => {
    const busy = await createVm("inline");
    const other = await createVm("inline");
    const alone = (await measureSlices(() => other.exec("echo hello | cat"))).turns;
    const running = busy.exec(command).catch(() => {});
    await busy.exec("true");
    let turns = 0;
    for (let i = 0; i < 10; i++) {
      turns += (await measureSlices(() => other.exec("echo hello | cat"))).turns;
    }
    // Each wait of the command may cost a slice of the busy VM, and there are only so many.
    expect(turns / 10).toBeLessThan(alone + 20);
    await busy.dispose();
    await running;
  });

  it("ten busy VMs all get their turns", async () => {
    const vms = await Promise.all(Array.from({ length: 10 }, () => createVm("inline")));
    const counts = await Promise.all(
      vms.map(async (vm) => {
        const { stdout } = await vm.exec("echo started; while :; do :; done", {
          timeoutMs: 100,
        });
        return stdout;
      }),
    );
    expect(counts).toEqual(vms.map(() => "started\n"));
  });
});
