import { decode, encode, isSysError } from "@agentos/vfs/abi";
import { afterEach, expect, it } from "vitest";
import { AF_INET, SOCK_STREAM } from "../abi/sockets.ts";
import type { OutsideStream } from "../files/outside-stream.ts";
import type { Proc } from "../program/proc.ts";
import { bootTestVm, type TestVm, testSoftware } from "../testing/test-vm.ts";

const SERVICE = { family: AF_INET, host: "127.0.0.2", port: 80 } as const;

let vm: TestVm | undefined;
afterEach(() => vm?.dispose());

const boot = (run: (proc: Proc) => Promise<number>): TestVm =>
  (vm = bootTestVm({ software: [testSoftware({ client: run })] }));

async function askService(proc: Proc): Promise<string> {
  const fd = proc.socket(AF_INET, SOCK_STREAM);
  await proc.connect(fd, SERVICE);
  await proc.write(fd, encode("hello"));
  const into = new Uint8Array(100);
  return decode(into, 0, await proc.read(fd, into));
}

/** Answers every connection of the VM's with what it says, in capitals. */
function serve({ kernel }: TestVm) {
  const listener = kernel.network.serveFromHost(SERVICE.host, SERVICE.port);
  const answer = async (stream: OutsideStream) => {
    await stream.write(encode(decode((await stream.read())!).toUpperCase()));
    await stream.close();
  };
  listener.changed(() => {
    for (let stream = listener.take(); stream; stream = listener.take()) void answer(stream);
  });
  return listener;
}

it("the host serves what a process connects to", async () => {
  const machine = boot(async (proc) => {
    await proc.write(1, encode(await askService(proc)));
    return 0;
  });
  serve(machine);
  expect((await machine.run(["client"])).stdout).toBe("HELLO");
});

it("a process that binds the address does not take the host's place", async () => {
  const machine = boot(async (proc) => {
    for (const host of [SERVICE.host, "0.0.0.0"]) {
      const fd = proc.socket(AF_INET, SOCK_STREAM);
      await proc.bind(fd, { ...SERVICE, host });
      proc.listen(fd);
      await proc.write(1, encode(await askService(proc)));
      await proc.close(fd);
    }
    return 0;
  });
  serve(machine);
  expect((await machine.run(["client"])).stdout).toBe("HELLOHELLO");
});

it("after the host's listener closes, connections are refused", async () => {
  const machine = boot(async (proc) => {
    try {
      await askService(proc);
      return 0;
    } catch (error) {
      return isSysError(error, "ECONNREFUSED") ? 7 : 1;
    }
  });
  serve(machine).close();
  expect((await machine.run(["client"])).exitCode).toBe(7);
});

it("an address is served once", () => {
  const machine = boot(async () => 0);
  serve(machine);
  expect(() => serve(machine)).toThrow("Address already in use");
});
