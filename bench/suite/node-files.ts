// Files in guest Node.js beside the host's: the same script runs in both and prints what it measured.

import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { AgentOs } from "@agentos/core";
import node from "@agentos/runtime-node";
import { median } from "./measure.ts";
import { loadingRows } from "./node-loading.ts";
import type { Row } from "./report.ts";
import { software } from "./subjects.ts";

const run = promisify(execFile);

/** Milliseconds for a thousand calls of each kind, medians of rounds; and for reading a megabyte. */
const CALLS = `
const fs = require("node:fs");
const dir = fs.mkdtempSync(process.argv[2] + "/");
const file = dir + "/file", large = dir + "/large";
fs.writeFileSync(file, "x".repeat(1000));
fs.writeFileSync(large, Buffer.alloc(1 << 20, "line of text\\n"));
const fd = fs.openSync(file, "r+");
const bytes = Buffer.alloc(100);
const small = {
  access: () => fs.accessSync(file),
  fstat: () => fs.fstatSync(fd),
  read: () => fs.readSync(fd, bytes, 0, 100, 0),
  write: () => fs.writeSync(fd, bytes, 0, 100, 0),
  readFile: () => fs.readFileSync(file, "utf8"),
  writeFile: () => fs.writeFileSync(dir + "/new", "text"),
  utimes: () => fs.utimesSync(file, 1, 2),
  chmod: () => fs.chmodSync(file, 0o644),
  readdir: () => fs.readdirSync(dir),
  "2 × rename": () => { fs.renameSync(dir + "/new", dir + "/old"); fs.renameSync(dir + "/old", dir + "/new"); },
  "open, close": () => fs.closeSync(fs.openSync(file)),
  "mkdir, rmdir": () => { fs.mkdirSync(dir + "/d"); fs.rmdirSync(dir + "/d"); },
};
const cached = {
  "stat hit": () => fs.statSync(file),
  "stat miss": () => fs.statSync(dir + "/none", { throwIfNoEntry: false }),
  "exists hit": () => fs.existsSync(file),
  "exists miss": () => fs.existsSync(dir + "/none"),
};
const whole = { buffer: () => fs.readFileSync(large), utf8: () => fs.readFileSync(large, "utf8") };
const time = (body, count) => {
  for (let i = 0; i < count / 10; i++) body();
  const rounds = [];
  for (let round = 0; round < 9; round++) {
    const start = performance.now();
    for (let i = 0; i < count; i++) body();
    rounds.push((performance.now() - start) / count);
  }
  return rounds.sort((a, b) => a - b)[4];
};
const times = (bodies, count, factor) => Object.fromEntries(Object.entries(bodies).map(([name, body]) => [name, factor * time(body, count)]));
console.log(JSON.stringify({ small: times(small, 500, 1000), cached: times(cached, 5000, 1000), whole: times(whole, 50, 1) }));
fs.rmSync(dir, { recursive: true });`;

type Times = Record<string, number>;
type Group = "small" | "cached" | "whole";

/** Waits for each flag in turn and tells how long it has been there. */
const POLL = `
const fs = require("node:fs");
const late = [];
for (let i = 0; i < Number(process.argv[2]); i++) {
  const flag = "/tmp/flag" + i;
  while (!fs.existsSync(flag));
  late.push(Date.now() - fs.statSync(flag).mtimeMs);
  fs.writeFileSync("/tmp/seen" + i, "");
}
console.log(JSON.stringify(late));`;

const POLLS = 15;

export async function nodeFileRows(): Promise<Row[]> {
  await using vm = await AgentOs.create({ software: [software, node] });
  await vm.exec("node -e 0");
  return [...(await callRows(vm)), await pollRow(vm), ...(await loadingRows())];
}

async function callRows(vm: AgentOs): Promise<Row[]> {
  const inVm = await vmTimes(vm);
  const onHost = await hostTimes();
  const rowOf = (name: string, group: Group, target: string, most: number): Row => {
    const ms = { sidecar: mean(inVm[group]), host: mean(onHost[group]) };
    const [slowest, time] = Object.entries(inVm[group]).toSorted(([, a], [, b]) => b - a)[0]!;
    return { name, ms, note: `slowest: ${slowest} ${time.toFixed(2)} ms`, target, met: time <= most };
  };
  return [
    rowOf("node, 1,000 small file calls", "small", "≤ 15 ms each kind", 15),
    rowOf("node, 1,000 stats and existsSync that are cached", "cached", "≤ 1 ms each kind", 1),
    rowOf("node, readFileSync of 1 MB", "whole", "≥ 1 GB/s: ≤ 1.05 ms", 1.05),
  ];
}

async function vmTimes(vm: AgentOs): Promise<Record<Group, Times>> {
  await vm.writeFile("/tmp/calls.js", CALLS);
  const { stdout, stderr } = await vm.exec("node /tmp/calls.js /tmp");
  return perCall(stdout || stderr);
}

async function hostTimes(): Promise<Record<Group, Times>> {
  const directory = mkdtempSync(join(tmpdir(), "agentos-bench-"));
  try {
    const script = join(directory, "calls.js");
    writeFileSync(script, CALLS);
    return perCall((await run(process.execPath, [script, directory])).stdout);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Some kinds are two calls. */
function perCall(text: string): Record<Group, Times> {
  const groups = JSON.parse(text) as Record<Group, Times>;
  for (const name of Object.keys(groups.small)) if (/2 ×|,/.test(name)) groups.small[name]! /= 2;
  return groups;
}

const mean = (times: Times): number => {
  const values = Object.values(times);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
};

async function pollRow(vm: AgentOs): Promise<Row> {
  await vm.writeFile("/tmp/poll.js", POLL);
  const polling = vm.exec(`node /tmp/poll.js ${POLLS}`);
  for (let i = 0; i < POLLS; i++) {
    await vm.writeFile(`/tmp/flag${i}`, "");
    while (!(await vm.exists(`/tmp/seen${i}`))) await setTimeout(5);
  }
  const late = median(JSON.parse((await polling).stdout) as number[]);
  return {
    name: "node, existsSync polls for a new file",
    ms: { sidecar: late },
    target: "≤ 20 ms",
    met: late <= 20,
  };
}
