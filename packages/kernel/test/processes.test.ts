import { describe, expect, it } from "vitest";
import {
  encode,
  exitCodeOf,
  isSysError,
  SIGNALS,
  signaled,
  termSignalOf,
  WNOHANG,
} from "../src/abi/index.ts";
import type { Proc } from "../src/program/index.ts";
import { bootTestVm, testSoftware } from "../src/testing/index.ts";
import { errorOf, inProcess, resultOf } from "./in-process.ts";

describe("fork", () => {
  it("runs the body in a child whose result is its exit code", async () => {
    const value = await resultOf(async (proc) => {
      const pid = proc.fork((child) => (child.pid === proc.pid ? 1 : 42));
      const result = await proc.wait(pid);
      return [pid !== proc.pid, result!.pid === pid, exitCodeOf(result!.status)];
    });
    expect(value).toEqual([true, true, 42]);
  });

  it("copies environment, directory, mask and descriptors, and keeps file offsets shared", async () => {
    const value = await resultOf(async (proc) => {
      proc.env.set("A", "1");
      await proc.chdir("/tmp");
      const fd = await proc.open("f", 0o102, 0o644);
      await proc.write(fd, encode("abc"));
      const pid = proc.fork(async (child) => {
        child.env.set("A", "2");
        await child.chdir("/");
        await child.write(fd, encode("def"));
        return child.env.get("A") === "2" ? 0 : 1;
      });
      await proc.wait(pid);
      await proc.write(fd, encode("ghi"));
      return [proc.env.get("A"), proc.cwd, (await proc.stat("/tmp/f")).size];
    });
    expect(value).toEqual(["1", "/tmp", 9]);
  });

  it("fails with EAGAIN at the limit of processes and warns before", async () => {
    const warnings: number[] = [];
    const value = await resultOf(
      async (proc) => {
        const forkAll = () => {
          for (;;) proc.fork((child) => child.sleep(100_000));
        };
        return errorOf(forkAll);
      },
      { kernel: { limits: { maxProcesses: 20 }, onLimitWarning: ({ used }) => warnings.push(used) } },
    );
    expect(value).toBe("EAGAIN");
    expect(warnings).toEqual([16]);
  });
});

describe("a fork bomb", () => {
  it("stops at its session's share and leaves other sessions room to fork", async () => {
    const bomb = async (proc: Proc): Promise<number> => {
      for (;;) {
        try {
          proc.fork(bomb);
        } catch (error) {
          if (!isSysError(error, "EAGAIN")) throw error;
        }
        await proc.sleep(0);
      }
    };
    const clean = (proc: Proc): number => {
      proc.kill(-1, SIGNALS.SIGKILL);
      return 0;
    };
    const fork = async (proc: Proc): Promise<number> => {
      await proc.wait(proc.fork(() => 0));
      return 0;
    };
    const vm = bootTestVm({ software: [testSoftware({ bomb, clean, fork })], limits: { maxProcesses: 40 } });
    const run = vm.run(["bomb"]);
    const init = 1;
    while (vm.kernel.processes.size < 30 + init) await new Promise((resolve) => setTimeout(resolve, 0));
    expect((await vm.run(["fork"])).exitCode).toBe(0);
    expect(vm.kernel.processes.size).toBe(30 + init);
    expect((await vm.run(["clean"])).exitCode).toBe(0);
    expect((await run).signal).toBe("SIGKILL");
    vm.dispose();
  });
});

describe("exec", () => {
  const show = async (proc: Proc) => {
    await proc.write(1, encode(`${proc.argv.join(" ")}|${proc.env.get("X")}|${proc.exe}|${proc.listFds()}`));
    return 5;
  };

  it("replaces the program and keeps the process", async () => {
    const result = await inProcess(
      async (proc) => {
        proc.setCloexec(proc.dup(0, 7), true);
        proc.dup(0, 8);
        await proc.exec("/usr/bin/show", ["show", "a"], new Map([["X", "y"]]));
      },
      { commands: { show } },
    );
    expect(result).toMatchObject({ stdout: "show a|y|/usr/bin/show|0,1,2,8", exitCode: 5 });
  });

  it("fails for what cannot be run, and the program goes on", async () => {
    const value = await resultOf(async (proc) => {
      const fd = await proc.open("/tmp/plain", 0o101, 0o644);
      await proc.close(fd);
      const bin = await proc.open("/tmp/binary", 0o101, 0o755);
      await proc.write(bin, new Uint8Array([1, 0, 2]));
      const huge = ["x".repeat(200_000)];
      return [
        await errorOf(() => proc.exec("/tmp/none", [])),
        await errorOf(() => proc.exec("/tmp/plain", [])),
        await errorOf(() => proc.exec("/tmp", [])),
        await errorOf(() => proc.exec("/tmp/binary", [])),
        await errorOf(() => proc.exec("/usr/bin/main", huge)),
      ];
    });
    expect(value).toEqual(["ENOENT", "EACCES", "EACCES", "ENOEXEC", "E2BIG"]);
  });

  it("runs the interpreter of a script with its one argument", async () => {
    const result = await inProcess(
      async (proc) => {
        const fd = await proc.open("/tmp/s", 0o101, 0o755);
        await proc.write(fd, encode("#! /usr/bin/show  -a b \nrest"));
        await proc.close(fd);
        await proc.exec("/tmp/s", ["s", "one"], new Map());
      },
      { commands: { show } },
    );
    expect(result.stdout).toBe("/usr/bin/show -a b /tmp/s one|undefined|/usr/bin/show|0,1,2");
  });

  it("refuses interpreters that go in circles", async () => {
    const value = await resultOf(async (proc) => {
      const fd = await proc.open("/tmp/s", 0o101, 0o755);
      await proc.write(fd, encode("#!/tmp/s\n"));
      return errorOf(() => proc.exec("/tmp/s", ["s"]));
    });
    expect(value).toBe("ELOOP");
  });

  it("gives text without an interpreter to /bin/sh", async () => {
    const result = await inProcess(
      async (proc) => {
        const fd = await proc.open("/tmp/t", 0o101, 0o755);
        await proc.write(fd, encode("echo hi\n"));
        await proc.exec("/tmp/t", ["t", "arg"], new Map());
      },
      { commands: { sh: show } },
    );
    expect(result.stdout).toMatch(/^\/bin\/sh \/tmp\/t arg\|/);
  });
});

describe("spawn", () => {
  it("starts a program with the descriptors it is given", async () => {
    const value = await resultOf(
      async (proc) => {
        const [reader, writer] = proc.pipe();
        const fds = new Map([[1, writer]]);
        const pid = await proc.spawn("/usr/bin/fds", ["fds"], { fds, cwd: "/tmp" });
        await proc.close(writer);
        const buffer = new Uint8Array(100);
        const count = await proc.read(reader, buffer);
        await proc.wait(pid);
        return new TextDecoder().decode(buffer.subarray(0, count));
      },
      {
        commands: {
          fds: async (proc) => {
            await proc.write(1, encode(`${proc.listFds()} ${proc.cwd}`));
            return 0;
          },
        },
      },
    );
    expect(value).toBe("1 /tmp");
  });

  it("leaves no child behind when the file cannot be run", async () => {
    const value = await resultOf(async (proc) => [
      await errorOf(() => proc.spawn("/nowhere", ["x"])),
      await errorOf(() => proc.wait(-1)),
      proc.listProcesses().length,
    ]);
    expect(value).toEqual(["ENOENT", "ECHILD", 2]);
  });
});

describe("wait", () => {
  it("answers nothing with WNOHANG while the child runs", async () => {
    const value = await resultOf(async (proc) => {
      const pid = proc.fork((child) => child.sleep(100_000));
      const early = await proc.wait(pid, WNOHANG);
      proc.kill(pid, SIGNALS.SIGKILL);
      const late = await proc.wait(pid);
      return [early, signaled(late!.status), termSignalOf(late!.status)];
    });
    expect(value).toEqual([undefined, true, SIGNALS.SIGKILL]);
  });

  it("keeps a zombie until it is asked for, then fails with ECHILD", async () => {
    const value = await resultOf(async (proc) => {
      const pid = proc.fork(() => 3);
      await proc.sleep(1);
      const zombie = proc.listProcesses().find((info) => info.pid === pid)?.state;
      await proc.wait(-1);
      return [
        zombie,
        proc.listProcesses().some((info) => info.pid === pid),
        await errorOf(() => proc.wait(-1)),
      ];
    });
    expect(value).toEqual(["Z", false, "ECHILD"]);
  });

  it("selects by process group", async () => {
    const value = await resultOf(async (proc) => {
      const one = proc.fork(() => 1);
      const two = proc.fork(() => 2);
      proc.setpgid(two, two);
      const first = await proc.wait(-two);
      const rest = await proc.wait(0);
      return [first!.pid === two, rest!.pid === one];
    });
    expect(value).toEqual([true, true]);
  });

  it("gives orphans to init, which reaps them", async () => {
    const value = await resultOf(async (proc) => {
      const [reader, writer] = proc.pipe();
      const pid = proc.fork((child) => {
        child.fork(async (orphan) => {
          await orphan.sleep(2);
          await orphan.write(writer, encode(`${orphan.ppid}`));
          return 0;
        });
        return 0;
      });
      await proc.wait(pid);
      await proc.close(writer);
      const buffer = new Uint8Array(10);
      const count = await proc.read(reader, buffer);
      while ((await proc.read(reader, buffer)) > 0);
      return [new TextDecoder().decode(buffer.subarray(0, count)), proc.listProcesses().length];
    });
    expect(value).toEqual(["1", 2]);
  });
});

describe("a Program", () => {
  it("that breaks down is reported and ends with 70", async () => {
    const result = await inProcess(() => {
      throw new TypeError("oops");
    });
    expect(result).toMatchObject({ exitCode: 70, stderr: "main: internal error: TypeError: oops\n" });
  });

  it("exits from the depth of its calls", async () => {
    const result = await inProcess(async (proc) => {
      await proc.sleep(0);
      proc.exit(7);
    });
    expect(result.exitCode).toBe(7);
  });
});
