import { describe, expect, it } from "vitest";
import { runBoth } from "./differential/run.ts";
import { WORKER_SCRIPTS } from "./differential/workers.ts";

/** Threads print when they come to it. */
const sorted = <T extends { stdout: string }>(outcome: T): T => ({
  ...outcome,
  stdout: outcome.stdout.split("\n").sort().join("\n"),
});

describe.concurrent("in a VM as on the host: worker threads", () => {
  it.each(WORKER_SCRIPTS)("$name", async (script) => {
    const { host, vm } = await runBoth(script);
    expect(sorted(vm)).toEqual(sorted(host));
  });
});
