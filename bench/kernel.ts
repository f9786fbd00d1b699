// The kernel's own costs. Run: node --expose-gc --conditions=@agentos/source bench/kernel.ts

import { baseSystemLayer, Kernel, softwareLayer } from "@agentos/kernel";
import type { Proc } from "@agentos/kernel/program";
import { bootTestVm, testSoftware } from "@agentos/kernel/testing";
import { MemoryFs, MountNamespace, OverlayFs } from "@agentos/vfs";

type Row = [name: string, value: number, unit: string];

async function timed(count: number, run: () => unknown): Promise<number> {
  const samples: number[] = [];
  for (let round = 0; round < 7; round++) {
    const start = performance.now();
    await run();
    samples.push(((performance.now() - start) * 1000) / count);
  }
  return samples.sort((a, b) => a - b)[3]!;
}

const rows: Row[] = [];

async function measureInside(proc: Proc): Promise<number> {
  rows.push(["getpid-like call (umask)", (await timed(100_000, () => calls(proc))) * 1000, "ns"]);
  rows.push(["stat /etc/passwd", (await timed(50_000, () => stats(proc))) * 1000, "ns"]);
  rows.push(["open + read + close", await timed(20_000, () => opens(proc)), "µs"]);
  rows.push(["fork + wait", await timed(5_000, () => forks(proc)), "µs"]);
  rows.push(["spawn + wait", await timed(5_000, () => spawns(proc)), "µs"]);
  rows.push(["fork + exec + wait", await timed(5_000, () => execs(proc)), "µs"]);
  rows.push(["pipe ping-pong round trip", await timed(20_000, () => pingPong(proc)), "µs"]);
  const bytes = 2 ** 28;
  const perByte = await timed(bytes, () => throughput(proc, bytes));
  rows.push(["pipe throughput", 1e-3 / perByte, "GB/s"]);
  return 0;
}

function calls(proc: Proc): void {
  for (let i = 0; i < 100_000; i++) proc.getFlags(0);
}

async function stats(proc: Proc): Promise<void> {
  for (let i = 0; i < 50_000; i++) {
    const stat = proc.stat("/etc/passwd");
    if (stat instanceof Promise) await stat;
  }
}

async function opens(proc: Proc): Promise<void> {
  const buffer = new Uint8Array(4096);
  for (let i = 0; i < 20_000; i++) {
    const fd = await proc.open("/etc/passwd", 0);
    await proc.read(fd, buffer);
    await proc.close(fd);
  }
}

async function forks(proc: Proc): Promise<void> {
  for (let i = 0; i < 5_000; i++) await proc.wait(proc.fork(() => 0));
}

async function spawns(proc: Proc): Promise<void> {
  for (let i = 0; i < 5_000; i++) await proc.wait(await proc.spawn("/usr/bin/true", ["true"]));
}

async function execs(proc: Proc): Promise<void> {
  for (let i = 0; i < 5_000; i++)
    await proc.wait(proc.fork((child) => child.exec("/usr/bin/true", ["true"])));
}

async function pingPong(proc: Proc): Promise<void> {
  const [a, b] = proc.pipe();
  const [c, d] = proc.pipe();
  const byte = new Uint8Array(1);
  const pid = proc.fork(async (child) => {
    for (let i = 0; i < 20_000; i++) {
      await child.read(a, byte);
      await child.write(d, byte);
    }
    return 0;
  });
  for (let i = 0; i < 20_000; i++) {
    await proc.write(b, byte);
    await proc.read(c, byte);
  }
  await proc.wait(pid);
  for (const fd of [a, b, c, d]) await proc.close(fd);
}

async function throughput(proc: Proc, bytes: number): Promise<void> {
  const [reader, writer] = proc.pipe();
  const pid = proc.fork(async (child) => {
    const chunk = new Uint8Array(65_536);
    for (let sent = 0; sent < bytes; sent += chunk.length) await child.write(writer, chunk);
    return 0;
  });
  await proc.close(writer);
  const buffer = new Uint8Array(65_536);
  while ((await proc.read(reader, buffer)) > 0);
  await proc.wait(pid);
  await proc.close(reader);
}

async function measureCreation(): Promise<void> {
  const lowers = [softwareLayer(software), baseSystemLayer()];
  const create = (): Kernel => {
    const namespace = new MountNamespace(new OverlayFs({ upper: new MemoryFs(), lowers }));
    return new Kernel({ namespace, software: [software] });
  };
  for (let i = 0; i < 200; i++) create().dispose();
  const each = await timed(500, () => {
    for (let i = 0; i < 500; i++) create().dispose();
  });
  rows.push(["create + dispose a kernel", each, "µs"]);
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const kept = Array.from({ length: 1000 }, create);
  globalThis.gc?.();
  rows.push(["heap of an idle kernel", (process.memoryUsage().heapUsed - before) / kept.length / 1024, "KB"]);
}

const software = testSoftware({ main: measureInside, true: () => 0 });
const vm = bootTestVm({ software: [software] });
const { exitCode, stderr } = await vm.run(["main"]);
if (exitCode !== 0) throw new Error(stderr);
vm.dispose();
await measureCreation();
for (const [name, value, unit] of rows) {
  console.log(`${name.padEnd(32)} ${value.toFixed(2).padStart(10)} ${unit}`);
}
