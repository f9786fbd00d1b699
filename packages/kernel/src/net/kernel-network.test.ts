import { decode, encode, S_IFMT, S_IFSOCK } from "@agentos/vfs/abi";
import { afterEach, expect, it } from "vitest";
import { AF_INET, AF_UNIX, SOCK_DGRAM, SOCK_STREAM } from "../abi/sockets.ts";
import type { Proc } from "../program/proc.ts";
import { bootTestVm, type TestVm, testSoftware } from "../testing/test-vm.ts";

let vm: TestVm | undefined;
afterEach(() => vm?.dispose());

const boot = (commands: Parameters<typeof testSoftware>[0]): TestVm =>
  (vm = bootTestVm({ software: [testSoftware(commands)] }));

async function say(proc: Proc, text: string): Promise<void> {
  await proc.write(1, encode(text));
}

async function echoServer(proc: Proc): Promise<number> {
  const listener = proc.socket(AF_INET, SOCK_STREAM);
  await proc.bind(listener, { family: AF_INET, host: "0.0.0.0", port: 8080 });
  proc.listen(listener);
  const { fd } = await proc.accept(listener);
  const into = new Uint8Array(100);
  for (let n = 1; n > 0; ) {
    n = await proc.read(fd, into);
    await proc.write(fd, into.subarray(0, n));
  }
  return 0;
}

it("a process serves what the host connects to", async () => {
  const machine = boot({ serve: echoServer });
  const { network } = machine.kernel;
  const running = machine.run(["serve"]);
  while (network.listListeners().length === 0) await new Promise((resolve) => setImmediate(resolve));
  const host = network.connectFromHost(8080);
  await host.write(encode("hello"));
  expect(decode((await host.read())!)).toBe("hello");
  await host.close();
  expect((await running).exitCode).toBe(0);
  expect(network.listListeners()).toEqual([]);
});

it("parent and child talk through a UNIX socket that is a file", async () => {
  const machine = boot({
    talk: async (proc) => {
      const address = { family: AF_UNIX, path: "talk.sock" } as const;
      const listener = proc.socket(AF_UNIX, SOCK_STREAM);
      await proc.bind(listener, address);
      proc.listen(listener);
      proc.fork(async (child) => {
        const fd = child.socket(AF_UNIX, SOCK_STREAM);
        await child.connect(fd, address);
        await child.write(fd, encode("from the child"));
        return 0;
      });
      const { fd } = await proc.accept(listener);
      const into = new Uint8Array(100);
      await say(proc, decode(into, 0, await proc.read(fd, into)));
      const { mode } = await proc.stat("talk.sock");
      return (mode & S_IFMT) === S_IFSOCK ? 0 : 1;
    },
  });
  expect(await machine.run(["talk"])).toMatchObject({ stdout: "from the child", exitCode: 0 });
});

it("binding twice to one path, and reaching out, fail as on Linux", async () => {
  const codes: unknown[] = [];
  const machine = boot({
    fail: async (proc) => {
      const attempt = async (call: () => unknown): Promise<void> => {
        try {
          await call();
          codes.push("done");
        } catch (error) {
          codes.push((error as { code?: string }).code);
        }
      };
      const address = { family: AF_UNIX, path: "twice" } as const;
      await attempt(() => proc.bind(proc.socket(AF_UNIX, SOCK_DGRAM), address));
      await attempt(() => proc.bind(proc.socket(AF_UNIX, SOCK_DGRAM), address));
      await attempt(() => proc.connect(proc.socket(AF_UNIX, SOCK_STREAM), { family: AF_UNIX, path: "none" }));
      const out = { family: AF_INET, host: "93.184.216.34", port: 80 } as const;
      await attempt(() => proc.connect(proc.socket(AF_INET, SOCK_STREAM), out));
      await attempt(() => proc.resolve("example.com"));
      await attempt(() => proc.socket(AF_INET, 99));
      return 0;
    },
  });
  await machine.run(["fail"]);
  expect(codes).toEqual(["done", "EADDRINUSE", "ENOENT", "EACCES", "EACCES", "ESOCKTNOSUPPORT"]);
});

it("resolves names from the VM's hosts file and shows sockets in /proc/net/tcp", async () => {
  const machine = boot({
    look: async (proc) => {
      await say(proc, `${(await proc.resolve("localhost")).join(" ")}\n`);
      const listener = proc.socket(AF_INET, SOCK_STREAM);
      await proc.bind(listener, { family: AF_INET, host: "127.0.0.1", port: 8080 });
      proc.listen(listener);
      const fd = await proc.open("/proc/net/tcp", 0);
      const into = new Uint8Array(4096);
      await say(proc, decode(into, 0, await proc.read(fd, into)));
      return 0;
    },
  });
  const { stdout } = await machine.run(["look"]);
  expect(stdout).toMatch(/^127\.0\.0\.1 ::1\n/);
  expect(stdout).toContain("   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000");
});
