import { bootTestVm } from "@agentos/kernel/testing";
import { describe, expect, it } from "vitest";
import { tools } from "../index.ts";
import { differential } from "../testing/host-tree-oracle.ts";

const FILES = {
  "d/x": "x\n",
  "d/y": "hello hello hello hello\n",
  "d/e/z": "z".repeat(5000),
  h: "hello hello hello hello\n",
};

describe("zip and unzip", () => {
  differential(FILES, [
    ["zip a h", "unzip -l a.zip", "unzip -v a", "rm h", "unzip a.zip", "rm a.zip"],
    ["zip -q a h d/x", "unzip -Z1 a.zip", "unzip -p a h", "unzip -tq a.zip", "unzip -t a.zip", "rm a.zip"],
    ["zip -q a h", "zip a.zip h d/x", "unzip -qo a.zip", "unzip -n a.zip", "rm a.zip"],
    ["zip -qj a d/x d/e/z", "unzip -q a.zip -d out", "rm a.zip"],
    ["zip -qD a h d/x", "unzip -qj a.zip d/* -d out", "unzip -Z1 a -x d/*", "rm a.zip"],
    ["zip -q a h d/x d/y", "zip -d a.zip d/*", "unzip -Z1 a.zip", "rm a.zip"],
    ["zip -q a h", "unzip a.zip nope", "rm a.zip"],
    ["zip -q a h", "unzip a.zip", "rm a.zip"],
    ["zip a nope"],
    ["zip -qm a h", "rm a.zip"],
    ["zip -q0 a h", "unzip -v a.zip", "rm a.zip"],
    ["unzip nope"],
    { run: ["zip -q@ a", "unzip -Z1 a.zip", "rm a.zip"], stdin: "h\nd/x\n" },
    { run: ["zip -qr a d", "unzip -Z1 a.zip", "rm -r d", "unzip -q a.zip", "rm a.zip"], unordered: true },
    { run: ["zip -qr a . -x *z -x h", "unzip -Z1 a.zip", "rm a.zip"], unordered: true },
  ]);
});

describe("unzip", () => {
  it("stays inside the target directory", async () => {
    const vm = bootTestVm({ software: [tools], files: { "/home/user/aaaa": "evil\n" } });
    try {
      await vm.run(["zip", "-q", "a.zip", "aaaa"]);
      await vm.run(["sed", "-i", "s|aaaa|../a|g", "a.zip"]);
      const { exitCode, stderr } = await vm.run(["unzip", "-q", "a.zip", "-d", "out"]);
      expect(stderr).toContain("stripped");
      expect(exitCode).toBe(1);
      expect((await vm.run(["cat", "out/a"])).stdout).toBe("evil\n");
    } finally {
      vm.dispose();
    }
  });

  it("answers for damaged archives", async () => {
    const vm = bootTestVm({
      software: [tools],
      files: { "/home/user/a.zip": "PK\u0005\u0006 nothing more" },
    });
    try {
      expect((await vm.run(["unzip", "a.zip"])).exitCode).toBe(9);
    } finally {
      vm.dispose();
    }
  });
});
