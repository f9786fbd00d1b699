import { IsolationError } from "@agentos/core";
import common from "@agentos/software-common";
import { describe, expect, it } from "vitest";
import { createVm, MODES } from "../../../tests/support/vm.ts";
import walled from "./walled-software.ts";

for (const mode of MODES) {
  describe(`isolation (${mode})`, () => {
    it("describe() tells which walls stand around the guests of each runtime", async () => {
      const vm = await createVm(mode, { software: [common, walled] });
      const { runtimes } = await vm.describe();
      expect(runtimes.map(({ software }) => software)).toEqual(["walled"]);
      expect(runtimes[0]!.walls.map(({ name, isUp }) => [name, isUp])).toEqual([
        ["process", true],
        ["os-sandbox", false],
      ]);
    });

    it("a VM without runtimes has no guests, so that every requirement is met", async () => {
      const vm = await createVm(mode, { isolation: { require: ["os-sandbox"] } });
      expect(await vm.describe()).toEqual({ runtimes: [] });
    });

    it("a required wall that is up is no obstacle", async () => {
      const vm = await createVm(mode, {
        software: [common, walled],
        isolation: { require: ["process"] },
      });
      expect((await vm.exec("echo up")).stdout).toBe("up\n");
    });

    it("a required wall that is not up refuses the VM, saying what is missing and how to get it", async () => {
      const required = ["process", "os-sandbox", "permission-model"] as const;
      const creating = createVm(mode, { software: [common, walled], isolation: { require: required } });
      const error = await creating.catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(IsolationError);
      expect(error).toMatchObject({
        code: "ERR_AGENTOS_ISOLATION",
        missing: [
          { software: "walled", name: "os-sandbox", how: "install bubblewrap" },
          { software: "walled", name: "permission-model", how: "the runtime does not know it" },
        ],
      });
      expect((error as Error).message).toContain(
        '"os-sandbox" around guests of walled is not up: install bubblewrap',
      );
    });

    it("an unknown wall is a ConfigError that names the field", async () => {
      const creating = createVm(mode, { isolation: { require: ["moat" as "process"] } });
      await expect(creating).rejects.toMatchObject({ name: "ConfigError", option: "isolation.require[0]" });
    });
  });
}
