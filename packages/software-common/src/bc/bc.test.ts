import { describe, expect, it } from "vitest";
import { commands } from "../commands.ts";
import { runInVm } from "../testing/host-oracle.ts";
import { compareWithRecorded } from "../testing/recorded-cases.ts";
import recorded from "./bc-vectors.json" with { type: "json" };

const run = (stdin: string, ...args: string[]) => runInVm(commands, { argv: ["bc", ...args], stdin });

describe("bc prints what GNU's does", () => compareWithRecorded("bc", recorded));

describe("bc", () => {
  it("takes numbers of its own input with read()", async () => {
    expect((await run("x=read()\n42\nx*2\n")).stdout).toBe("84\n");
  });

  it("reads files before standard input", async () => {
    const test = { argv: ["bc", "a.bc"], files: { "a.bc": "define d(x){return 2*x}\n" }, stdin: "d(21)\n" };
    expect((await runInVm(commands, test)).stdout).toBe("42\n");
  });

  it("breaks lines where BC_LINE_LENGTH says", async () => {
    const test = { argv: ["bc"], stdin: "10^30\n", env: { BC_LINE_LENGTH: "0" } };
    expect((await runInVm(commands, test)).stdout).toBe(`1${"0".repeat(30)}\n`);
  });

  it.each(["2^(2^40)", "10^5000000", "define f(x){return f(x+1)}\nf(1)", "for(;;)a[i++]=1", "j(10^9,1)"])(
    "%s ends with an error instead of taking the machine's memory",
    async (program) => {
      const { stderr, status } = await run(`${program}\n`, "-l");
      expect(stderr).toBe("Fatal error: Out of memory for malloc.\n");
      expect(status).toBe(1);
    },
  );
});
