// What bytes cost on their way between processes. Run: node --conditions=@agentos/source bench/pipes.ts

import { spawnSync } from "node:child_process";
import { Kernel, type OpenFile, OutsideTask } from "@agentos/kernel";
import { MemoryFs, MountNamespace } from "@agentos/vfs";

const ROUNDS = 7;
const owner = { uid: 0, gid: 0 };
const task = new OutsideTask();

/** Moves `total` bytes from one file to the other in chunks; GB/s, the median of some rounds. */
async function throughput(total: number, chunk: number, open: () => [OpenFile, OpenFile]): Promise<number> {
  const rates: number[] = [];
  const from = new Uint8Array(chunk).fill(120);
  const into = new Uint8Array(chunk);
  for (let round = 0; round < ROUNDS; round++) {
    const [reader, writer] = open();
    const start = performance.now();
    await Promise.all([send(writer, from, total), receive(reader, into, total)]);
    rates.push(total / 1e6 / (performance.now() - start));
    await writer.close();
    await reader.close();
  }
  return rates.sort((a, b) => a - b)[ROUNDS >> 1]!;
}

async function send(file: OpenFile, from: Uint8Array, total: number): Promise<void> {
  for (let left = total; left > 0; ) {
    const count = file.write!(left < from.length ? from.subarray(0, left) : from, task);
    left -= count instanceof Promise ? await count : count;
  }
}

async function receive(file: OpenFile, into: Uint8Array, total: number): Promise<void> {
  for (let left = total; left > 0; ) {
    const count = file.read!(into, task);
    left -= count instanceof Promise ? await count : count;
  }
}

function hostPipe(total: number): number {
  const start = performance.now();
  spawnSync("/bin/sh", ["-c", `head -c ${total} /dev/zero | cat >/dev/null`]);
  return total / 1e6 / (performance.now() - start);
}

const kernel = new Kernel({ namespace: new MountNamespace(new MemoryFs()) });
const { devices } = kernel;

function rawTerminal(): [OpenFile, OpenFile] {
  const { master, slave } = devices.openTerminal(owner);
  const termios = master.pty.getTermios();
  master.pty.setTermios({ ...termios, oflag: 0 }, false);
  return [master, slave];
}

const rows = {
  "pipe, 64 KiB chunks": await throughput(2 ** 30, 65_536, () => devices.pipes.create(owner)),
  "pipe, 4 KiB chunks": await throughput(2 ** 28, 4096, () => devices.pipes.create(owner)),
  "pipe, 100-byte chunks": await throughput(2 ** 24, 100, () => devices.pipes.create(owner)),
  "terminal output, raw": await throughput(2 ** 28, 65_536, rawTerminal),
  "terminal output, cooked": await throughput(2 ** 26, 65_536, () => {
    const { master, slave } = devices.openTerminal(owner);
    return [master, slave];
  }),
  "host: head | cat": hostPipe(2 ** 30),
};
for (const [name, rate] of Object.entries(rows)) {
  process.stdout.write(`${name.padEnd(28)}${rate.toFixed(2).padStart(8)} GB/s\n`);
}
kernel.dispose();
