import { describe, expect, it } from "vitest";
import { commands } from "../commands.ts";
import { runInVm } from "../testing/host-oracle.ts";
import { compareWithRecorded } from "../testing/recorded-cases.ts";
import recorded from "./dc-vectors.json" with { type: "json" };

describe("dc prints what GNU's does", () => compareWithRecorded("dc", recorded));

describe("dc", () => {
  it.each(["[lax1]salax", "2 2 40^^", "[1lax]salax"])(
    "%s ends with an error instead of taking the machine's memory",
    async (stdin) => {
      const { stderr, status } = await runInVm(commands, { argv: ["dc"], stdin });
      expect(stderr).toBe("dc: Out of memory for malloc.\n");
      expect(status).toBe(1);
    },
  );
});
