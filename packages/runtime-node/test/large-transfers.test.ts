// Files and outputs larger than any message between a guest and the kernel (2^28 bytes), one at a time.

import { describe, expect, it } from "vitest";
import { FS_LARGE_SCRIPTS } from "./differential/fs-large.ts";
import { runBoth } from "./differential/run.ts";

describe("large transfers in a VM as on the host", () => {
  it.each(FS_LARGE_SCRIPTS)("$name", async (script) => {
    const { host, vm } = await runBoth(script);
    expect(vm).toEqual(host);
  });
});
