import { describe, expect, it } from "vitest";
import { runInVm, runOnHost, type Script } from "./differential.ts";
import { CHILD_SCRIPTS } from "./scripts-child.ts";
import { CORE_SCRIPTS } from "./scripts-core.ts";
import { FS_SCRIPTS } from "./scripts-fs.ts";

function compare(scripts: readonly Script[]): void {
  for (const script of scripts) {
    it(script.name, async () => {
      const [host, vm] = await Promise.all([runOnHost(script), runInVm(script)]);
      expect(vm).toEqual(host);
    });
  }
}

describe("node in a VM, as node on the host", () => compare(CORE_SCRIPTS));
describe("files in a VM, as files on the host", () => compare(FS_SCRIPTS));
describe("children in a VM, as children on the host", () => compare(CHILD_SCRIPTS));
