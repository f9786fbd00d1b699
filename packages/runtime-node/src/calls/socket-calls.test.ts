import type { Process } from "@agentos/kernel";
import { AF_INET, AF_UNIX, SOCK_DGRAM, SOCK_STREAM } from "@agentos/kernel/abi";
import type { GuestCall, Value } from "@agentos/kernel/channel";
import { bootTestVm, type TestVm } from "@agentos/kernel/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FLOW_WINDOW, LONGEST_FLOW_WRITE } from "../abi/flow-window.ts";
import { socketCalls } from "./socket-calls.ts";

let vm: TestVm;
let process: Process;
let calls: Record<string, GuestCall>;
let told: (readonly Value[])[];

beforeEach(() => {
  vm = bootTestVm();
  process = vm.kernel.init;
  told = [];
  calls = socketCalls(vm.kernel.procOf(process), process, (name, ...args) => {
    told.push([name, ...args.map((arg) => (arg instanceof Uint8Array ? arg.slice() : arg))]);
  });
});
afterEach(() => vm.dispose());

const call = (name: string, ...args: Value[]): unknown => calls[name]!(...args);
const total = (name: string): number =>
  told.filter(([told]) => told === name).reduce((sum, [, , bytes]) => sum + (bytes as Uint8Array).length, 0);

/** A listener with number 1, and connected flows: 2 is the client's, 3 the server's. */
async function connected(): Promise<void> {
  const listener = call("socket", AF_INET, SOCK_STREAM) as number;
  call("bind", listener, AF_INET, "127.0.0.1", 3000);
  call("listen", listener, 10);
  call("acceptStart", 1, listener);
  await call("connect", 2, -1, AF_INET, "127.0.0.1", 3000);
  const [, , accepted] = told.find(([name]) => name === "connection")!;
  call("flowOpen", 3, accepted);
}

describe("a guest's socket calls", () => {
  it("tell what comes in only as far as the window, until the guest has taken some", async () => {
    await connected();
    call("flowRead", 3);
    for (let sent = 0; sent < FLOW_WINDOW + LONGEST_FLOW_WRITE; sent += LONGEST_FLOW_WRITE) {
      call("flowWrite", 2, new Uint8Array(LONGEST_FLOW_WRITE));
    }
    expect(total("flowData")).toBe(FLOW_WINDOW);
    call("flowTaken", 3, 1000);
    expect(total("flowData")).toBe(FLOW_WINDOW + 1000);
  });

  it("refuse what is written beyond the window", async () => {
    await connected();
    expect(() => {
      for (let i = 0; i < 100; i++) call("flowWrite", 2, new Uint8Array(LONGEST_FLOW_WRITE));
    }).toThrow(expect.objectContaining({ code: "ENOBUFS" }));
  });

  it("tell of the end, and of a peer that is gone", async () => {
    await connected();
    call("flowRead", 3);
    call("flowWrite", 2, Uint8Array.of(1));
    await call("flowEnd", 2);
    expect(told.slice(-2)).toEqual([
      ["flowData", 3, Uint8Array.of(1)],
      ["flowEnd", 3, 0],
    ]);
    await call("flowClose", 2);
    call("flowWrite", 3, Uint8Array.of(1));
    expect(told.at(-1)).toEqual(["flowBroken", 3, -32]);
  });

  it("close the descriptor at once, and send what was taken all the same", async () => {
    await connected();
    const before = process.fds.list().length;
    for (let i = 0; i < 3; i++) call("flowWrite", 2, new Uint8Array(LONGEST_FLOW_WRITE));
    await call("flowClose", 2);
    expect(process.fds.list().length).toBe(before - 1);
    call("flowRead", 3);
    expect(total("flowData")).toBe(3 * LONGEST_FLOW_WRITE);
    expect(told.at(-1)).toEqual(["flowEnd", 3, 0]);
  });

  it("a reset is told as ECONNRESET", async () => {
    await connected();
    call("flowRead", 3);
    await call("flowReset", 2);
    expect(told.at(-1)).toEqual(["flowEnd", 3, -104]);
  });

  it("tell what a pipe brings, leave it there while the guest pauses, and tell its end", () => {
    const proc = vm.kernel.procOf(process);
    const [read, write] = proc.pipe();
    call("flowOpen", 5, read);
    void proc.write(write, new Uint8Array([1]));
    expect(told).toEqual([]);
    call("flowRead", 5);
    void proc.write(write, new Uint8Array([2]));
    call("flowPause", 5);
    void proc.write(write, new Uint8Array([3]));
    expect(told).toEqual([
      ["flowData", 5, new Uint8Array([1])],
      ["flowData", 5, new Uint8Array([2])],
    ]);
    void proc.close(write);
    call("flowRead", 5);
    expect(told.slice(2)).toEqual([
      ["flowData", 5, new Uint8Array([3])],
      ["flowEnd", 5, 0],
    ]);
  });

  it("refuse what is no socket, no number, no handle of theirs", async () => {
    const error = (run: () => unknown): unknown => {
      try {
        return run();
      } catch (thrown) {
        return (thrown as { code: string }).code;
      }
    };
    const [read] = vm.kernel.procOf(process).pipe();
    call("flowOpen", 9, read);
    expect(error(() => call("flowWrite", 9, new Uint8Array(1)))).toBe("ENOTSOCK");
    expect(error(() => call("acceptStart", 9, read))).toBe("ENOTSOCK");
    expect(error(() => call("datagramsStart", 9, read))).toBe("ENOTSOCK");
    call("flowOpen", 10, 999);
    expect(told.at(-1)).toEqual(["flowEnd", 10, -9]);
    for (const name of ["flowRead", "flowClose", "flowReset", "flowEnd", "flowName", "acceptStop"]) {
      expect(
        error(() => call(name, 77)),
        name,
      ).toBe("EBADF");
    }
    expect(error(() => call("flowWrite", 77, "x"))).toBe("EBADF");
    expect(error(() => call("socket", "x", SOCK_STREAM))).toBe("EINVAL");
    expect(error(() => call("bind", 0, AF_UNIX, 7, 0))).toBe("EINVAL");
    expect(error(() => call("connect", 1, -1, 99, "x", 0))).toBe("EAFNOSUPPORT");
  });

  it("tell of a few datagrams at a time", () => {
    const receiver = call("socket", AF_INET, SOCK_DGRAM) as number;
    call("bind", receiver, AF_INET, "127.0.0.1", 4000);
    const sender = call("socket", AF_INET, SOCK_DGRAM) as number;
    for (let i = 0; i < 100; i++) call("datagramSend", sender, Uint8Array.of(i), AF_INET, "127.0.0.1", 4000);
    call("datagramsStart", 5, receiver);
    expect(told.length).toBe(64);
    call("datagramsTaken", 5, 10);
    expect(told.length).toBe(74);
    call("datagramsStop", 5);
    call("datagramsTaken", 5, 10);
    expect(told.length).toBe(74);
  });
});
