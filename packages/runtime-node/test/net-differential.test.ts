import { describe, expect, it } from "vitest";
import { runInVm, runOnHost } from "./differential.ts";
import { NET_SCRIPTS } from "./scripts-net.ts";

describe("networks in a VM, as networks on the host", () => {
  for (const script of NET_SCRIPTS) {
    it(script.name, async () => {
      const [host, vm] = await Promise.all([runOnHost(script), runInVm(script)]);
      expect(vm).toEqual(host);
    });
  }
});
