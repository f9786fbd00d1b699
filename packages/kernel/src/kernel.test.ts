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

  it("leaves no timer behind when it is disposed of", async () => {
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    const sleeper = testSoftware({
      sleep: async (proc) => {
        proc.fork(async (child) => (await child.poll([], 50_000)).length);
        await proc.sleep(50_000);
        return 0;
      },
    });
    const before = timers();
    const vm = bootTestVm({ software: [sleeper] });
    const run = vm.run(["sleep"]);
    while (timers() < before + 2) await new Promise((resolve) => setImmediate(resolve));
    vm.dispose();
    expect((await run).signal).toBe("SIGKILL");
    expect(timers()).toBe(before);
    await expect(vm.run(["sleep"])).rejects.toMatchObject({ code: "ESRCH" });
  });

  it("tells a tracer of each call", async () => {
    const names: string[] = [];
    const vm = bootTestVm({ software: [software], trace: (_process, name) => names.push(name) });
    await vm.run(["cat"], { stdin: "x" });
    expect(names).toEqual(["read", "write", "read"]);
    names.length = 0;
    const failing = testSoftware({
      fail: async (proc) => ((await proc.access("/", 0)) ? proc.dup(9) : 0),
    });
    const other = bootTestVm({
      software: [failing],
      trace: (_process, name, [fd], result) => names.push(`${name} ${fd} ${result}`),
    });
    await other.run(["fail"]);
    expect(names).toEqual(["access / true", "dup 9 SyscallError: Bad file descriptor"]);
    other.dispose();
    vm.dispose();
  });

  it("reports a command that cannot be loaded, and the next VM can load it", async () => {
    let works = false;
    const failures: unknown[] = [];
    const flaky = testSoftware({});
    const commands = {
      flaky: {
        program: async () => {
          if (!works) throw new Error("no network");
          return { default: hello };
        },
      },
    };
    const vm = bootTestVm({
      software: [{ ...flaky, commands }],
      onProgramFailure: (_process, error) => failures.push(error),
    });
    await expect(vm.run(["flaky"])).rejects.toMatchObject({ code: "ENOEXEC" });
    expect(failures).toHaveLength(1);
    works = true;
    expect((await vm.run(["flaky"])).stdout).toBe("hello world \n");
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
