import { describe, expect, it } from "vitest";
import { defineProgram, stdout } from "./program/index.ts";
import { bootTestVm, testSoftware } from "./testing/index.ts";

const hello = defineProgram({
  name: "hello",
  summary: "says hello",
  options: { name: { short: "n", long: "name", value: "NAME", help: "whom to greet" } },
  async run(proc, { options, operands }) {
    await stdout(proc).write(`hello ${options.name ?? "world"} ${operands.join(",")}\n`);
    return 3;
  },
});

const software = testSoftware({
  hello: hello.main,
  cat: async (proc) => {
    const buffer = new Uint8Array(65536);
    for (;;) {
      const count = await proc.read(0, buffer);
      if (count === 0) return 0;
      await proc.write(1, buffer.subarray(0, count));
    }
  },
});

describe("a VM", () => {
  it("runs a command of a software package", async () => {
    const vm = bootTestVm({ software: [software] });
    expect(await vm.run(["hello", "a", "-n", "you", "b"])).toMatchObject({
      stdout: "hello you a,b\n",
      stderr: "",
      exitCode: 3,
    });
    vm.dispose();
  });

  it("passes standard input of any size", async () => {
    const vm = bootTestVm({ software: [software] });
    const stdin = "x".repeat(1_000_000);
    expect((await vm.run(["cat"], { stdin })).stdout).toBe(stdin);
    vm.dispose();
  });

  it("answers usage errors as GNU's tools do", async () => {
    const vm = bootTestVm({ software: [software] });
    expect(await vm.run(["hello", "--wat"])).toMatchObject({
      stderr: "hello: unrecognized option '--wat'\nTry 'hello --help' for more information.\n",
      exitCode: 1,
    });
    vm.dispose();
  });
});
