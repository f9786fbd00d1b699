// The file system alone, side by side with memfs: node --conditions=@agentos/source --expose-gc bench/vfs.ts

import { buildLayer, MemoryFs, MountNamespace, OverlayFs } from "@agentos/vfs";
import { O_CREAT, O_RDWR } from "@agentos/vfs/abi";
import { createFsFromVolume, Volume } from "memfs";

interface Row {
  work: string;
  unit: string;
  ours: number;
  memfs?: number;
}

const ROUNDS = 7;
const rows: Row[] = [];

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1]!;
}

/** Median microseconds per call. */
function time(count: number, run: (i: number) => unknown): number {
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    for (let i = 0; i < count; i++) run(i);
    rounds.push(((performance.now() - start) * 1000) / count);
  }
  return median(rounds);
}

function heap(): number {
  const { gc } = globalThis as { gc?: () => void };
  gc?.();
  gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Bytes per unit that `make` keeps. */
function memory(units: number, make: () => unknown): number {
  const before = heap();
  const kept = make();
  const used = heap() - before;
  if (kept === undefined) throw new Error("nothing kept");
  return used / units;
}

function memoryNamespace(): MountNamespace {
  return new MountNamespace(new MemoryFs());
}

const layer = buildLayer({ "/a/b/c/file": "x" });
const lowers = [buildLayer({}), buildLayer({ "/usr/bin/x": "" }), layer];

function walks(): void {
  const memfs = createFsFromVolume(Volume.fromJSON({ "/a/b/c/file": "x" }));
  const memory = new MountNamespace(MemoryFs.from(layer));
  const overlay = new MountNamespace(new OverlayFs({ upper: new MemoryFs(), lowers }));
  const user = memory.caller({ uid: 1000, gid: 1000 });
  const overlayUser = overlay.caller({ uid: 1000, gid: 1000 });
  const theirs = time(50_000, () => memfs.statSync("/a/b/c/file"));
  rows.push({
    work: "stat /a/b/c/file, memory",
    unit: "µs",
    ours: time(200_000, () => memory.stat(user, "/a/b/c/file")),
    memfs: theirs,
  });
  rows.push({
    work: "stat /a/b/c/file, overlay of 3 lowers",
    unit: "µs",
    ours: time(200_000, () => overlay.stat(overlayUser, "/a/b/c/file")),
    memfs: theirs,
  });
  rows.push({
    work: "stat of a missing file",
    unit: "µs",
    ours: time(200_000, () => memory.statIfExists(user, "/a/b/c/none")),
    memfs: time(50_000, () => memfs.statSync("/a/b/c/none", { throwIfNoEntry: false })),
  });
}

function files(): void {
  const text = new Uint8Array(100).fill(65);
  const into = new Uint8Array(4096);
  const ours = memoryNamespace();
  const root = ours.caller();
  const theirs = createFsFromVolume(new Volume());
  const open = (path: string, flags: number) => {
    const opened = ours.open(root, path, flags);
    if (opened instanceof Promise) throw new Error("memory answers at once");
    return opened.handle!;
  };
  let made = 0;
  let madeTheirs = 0;
  rows.push({
    work: "create and write a file of 100 bytes",
    unit: "µs",
    ours: time(10_000, () => {
      const handle = open(`/f${made++}`, O_RDWR | O_CREAT);
      handle.write(text, 0);
      handle.release();
    }),
    memfs: time(5000, () => theirs.writeFileSync(`/f${madeTheirs++}`, text)),
  });
  rows.push({
    work: "open, read and close a file of 100 bytes",
    unit: "µs",
    ours: time(50_000, (i) => {
      const handle = open(`/f${i % 5000}`, 0);
      handle.read(into, 0);
      handle.release();
    }),
    memfs: time(20_000, (i) => theirs.readFileSync(`/f${i % 5000}`)),
  });
  const chunk = new Uint8Array(65_536).fill(1);
  const big = open("/big", O_RDWR | O_CREAT);
  const bigTheirs = theirs.openSync("/big", "w+");
  rows.push({
    work: "write 64 KiB in a file of 64 MiB",
    unit: "µs",
    ours: time(2000, (i) => big.write(chunk, (i % 1024) * 65_536)),
    memfs: time(200, (i) => theirs.writeSync(bigTheirs, chunk, 0, 65_536, (i % 1024) * 65_536)),
  });
  rows.push({
    work: "read 64 KiB of it",
    unit: "µs",
    ours: time(2000, (i) => big.read(chunk, (i % 1024) * 65_536)),
    memfs: time(200, (i) => theirs.readSync(bigTheirs, chunk, 0, 65_536, (i % 200) * 65_536)),
  });
}

function sharing(): void {
  const ours = memoryNamespace();
  const root = ours.caller();
  for (let i = 0; i < 20_000; i++) ours.open(root, `/f${i}`, O_CREAT | O_RDWR);
  const fs = ours.root.mount.fs as MemoryFs;
  rows.push({
    work: "snapshot and fork 20,000 files",
    unit: "µs",
    ours: time(1000, () => MemoryFs.from(fs.snapshot())),
  });
}

function footprint(): void {
  const COUNT = 20_000;
  rows.push({
    work: "memory per small file",
    unit: "bytes",
    ours: memory(COUNT, () => {
      const ours = memoryNamespace();
      const root = ours.caller();
      for (let i = 0; i < COUNT; i++) {
        const opened = ours.open(root, `/file${i}`, O_CREAT | O_RDWR);
        if (opened instanceof Promise) throw new Error("memory answers at once");
        opened.handle!.write(new Uint8Array(40), 0);
        opened.handle!.release();
      }
      return ours;
    }),
    memfs: memory(COUNT, () => {
      const theirs = createFsFromVolume(new Volume());
      for (let i = 0; i < COUNT; i++) theirs.writeFileSync(`/file${i}`, new Uint8Array(40));
      return theirs;
    }),
  });
  rows.push({
    work: "memory per idle overlay",
    unit: "bytes",
    ours: memory(1000, () =>
      Array.from(
        { length: 1000 },
        () => new MountNamespace(new OverlayFs({ upper: new MemoryFs(), lowers })),
      ),
    ),
  });
}

footprint();
walks();
files();
sharing();

const json = process.argv.includes("--json");
if (json) console.log(JSON.stringify(rows, undefined, 2));
else {
  for (const { work, unit, ours, memfs } of rows) {
    const number = (value: number) => (unit === "bytes" ? value.toFixed(0) : value.toFixed(3));
    const ratio =
      memfs === undefined ? "" : ` memfs ${number(memfs).padStart(9)}  ratio ${(ours / memfs).toFixed(3)}`;
    console.log(`${work.padEnd(44)} ${number(ours).padStart(9)} ${unit.padEnd(5)}${ratio}`);
  }
}
