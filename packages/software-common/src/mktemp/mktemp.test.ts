import { bootTestVm } from "@agentos/kernel/testing";
import { describe, expect, it } from "vitest";
import { tools } from "../index.ts";
import { differential } from "../testing/host-tree-oracle.ts";

describe("mktemp", () => {
  differential({ a: "x", "d/": 0o755 }, [
    "mktemp fooXX",
    "mktemp -p missing fooXXX",
    "mktemp missing/fooXXX",
    "mktemp -d missing/fooXXX",
    "mktemp -q missing/fooXXX",
    "mktemp a b",
    "mktemp --suffix=/x fooXXX",
    "mktemp --suffix=.txt fooXXXa",
    "mktemp -t d/fooXXX",
    "mktemp --tmpdir=d /fooXXX",
    "mktemp ''",
    "mktemp --nope",
  ]);

  it("makes private files and directories with names of the wanted form", async () => {
    const vm = bootTestVm({ software: [tools] });
    try {
      for (const [argv, form, mode] of [
        [["mktemp"], /^\/tmp\/tmp\.\w{10}\n$/, "600"],
        [["mktemp", "-d"], /^\/tmp\/tmp\.\w{10}\n$/, "700"],
        [["mktemp", "aXXXb"], /^a\w{3}b\n$/, "600"],
        [["mktemp", "-p", "/tmp", "--suffix=.c", "aXXXX"], /^\/tmp\/a\w{4}\.c\n$/, "600"],
      ] as const) {
        const { stdout } = await vm.run(argv);
        expect(stdout).toMatch(form);
        expect((await vm.run(["stat", "-c", "%a", stdout.trim()])).stdout).toBe(`${mode}\n`);
      }
      expect((await vm.run(["mktemp", "-u", "xXXX"])).stdout).toMatch(/^x\w{3}\n$/);
      expect((await vm.run(["find", ".", "-name", "x???"])).stdout).toBe("");
    } finally {
      vm.dispose();
    }
  });
});
