// Data flows in constant memory, however much it is, and no faster than its reader takes it.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createSidecar, createVm, createVmIn, MODES } from "./support/vm.ts";

const MEBIBYTE = 1024 * 1024;

/** The most memory that a process has held, in bytes. */
function peakMemory(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)![1]) * 1024;
}

describe("streams in constant memory", () => {
  it.each([
    ["a gigabyte of zeros", "cat /dev/zero | head -c 1G | wc -c", "1073741824\n"],
    [
      "an endless writer whose reader leaves",
      "for i in {1..100}; do yes | head -1; done | uniq -c",
      "    100 y\n",
    ],
    ["a long pipeline", "head -c 200M /dev/zero | cat | tr '\\0' a | cat | tail -c 1", "a"],
    ["many lines", "seq 3000000 | grep -v 5 | sed s/1/x/ | cut -c 1-3 | tail -1", "300\n"],
    ["compression", "head -c 200M /dev/zero | gzip | gzip -d | wc -c", "209715200\n"],
    ["a tree of data that is not a file", "head -c 100M /dev/zero | tee >(wc -c >&2) | cksum | wc -l", "1\n"],
  ])("%s", async (_name, command, output) => {
    const handle = createSidecar();
    const vm = await createVmIn(handle);
    await vm.exec("seq 1000 | grep 1 | sed s/1/2/ | gzip | gzip -d | cut -c 1 | tail -1");
    const { pid } = handle.describe();
    const before = peakMemory(pid!);
    expect((await vm.exec(command)).stdout).toBe(output);
    expect(peakMemory(pid!) - before).toBeLessThan(160 * MEBIBYTE);
  });

  it("output that nobody wants stops at maxOutputBytes", async () => {
    const handle = createSidecar();
    const vm = await createVmIn(handle);
    const before = peakMemory(handle.describe().pid!);
    const result = await vm.exec("yes; echo never", { maxOutputBytes: 1_000_000 });
    expect(result).toMatchObject({ truncated: true, exitCode: null });
    expect(result.stdoutBytes.length).toBe(1_000_000);
    expect(peakMemory(handle.describe().pid!) - before).toBeLessThan(64 * MEBIBYTE);
  });
});

describe.each(MODES)("streams (%s)", (mode) => {
  it("100 MB of input go through a pipeline", async () => {
    const vm = await createVm(mode);
    const stdin = new Uint8Array(100_000_000).fill(97);
    expect((await vm.exec("tr a b | cat | wc -c", { stdin })).stdout).toBe("100000000\n");
  });

  it("tail -f shows what is appended", async () => {
    const vm = await createVm(mode);
    await vm.writeFile("/tmp/log", "one\n");
    const { pid } = await vm.spawn("tail", ["-f", "/tmp/log"]);
    let text = "";
    let heard = (): void => {};
    vm.onProcessOutput(pid, ({ data }) => {
      text += new TextDecoder().decode(data);
      heard();
    });
    const shows = (expected: string): Promise<void> =>
      new Promise((resolve) => {
        heard = () => {
          if (text === expected) resolve();
        };
        heard();
      });
    await shows("one\n");
    await vm.appendFile("/tmp/log", "two\n");
    await shows("one\ntwo\n");
    await vm.exec("echo three >> /tmp/log");
    await shows("one\ntwo\nthree\n");
    await vm.killProcess(pid);
    expect(await vm.waitProcess(pid)).toMatchObject({ signal: "SIGKILL" });
  });

  it("a slow listener holds up the writer", async () => {
    const vm = await createVm(mode);
    const { pid } = await vm.spawn("bash", ["-c", "yes | tee >(wc -c > /tmp/never) | cat"]);
    let received = 0;
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const first = new Promise<void>((resolve) => {
      vm.onProcessOutput(pid, async ({ data }) => {
        received += data.length;
        resolve();
        await held;
      });
    });
    await first;
    // Long enough for a writer that is not held to fill much more than every buffer on the way.
    await vm.exec("head -c 20M /dev/zero | cat > /dev/null");
    const cpu = async () => (await vm.exec(`cut -d' ' -f 14,15 /proc/${pid}/stat`)).stdout;
    const used = await cpu();
    await vm.exec("head -c 20M /dev/zero | cat > /dev/null");
    expect(await cpu()).toBe(used);
    expect(received).toBeLessThan(MEBIBYTE);
    release();
    await vm.killProcess(pid);
  });
});
