// Guest Node beside the host's own: starting, ending, streams, memory, many at once.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AgentOs } from "@agentos/core";
import node from "@agentos/runtime-node";
import { median } from "./measure.ts";
import { descendants, parentOf, proportionalKb } from "./processes.ts";
import type { Row } from "./report.ts";
import { software } from "./subjects.ts";

const ROUNDS = 25;
/** A shell's pace: what one program leaves to be done is done before the next one comes. */
const PAUSE_MS = 100;
const PIPED_MB = 1024;
const IDLE = 15;
const CROWD = 30;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function timed(body: () => Promise<unknown> | unknown): Promise<number> {
  const start = performance.now();
  await body();
  return performance.now() - start;
}

async function succeed(vm: AgentOs, command: string): Promise<string> {
  const { exitCode, stdout, stderr } = await vm.exec(command, { cwd: "/tmp" });
  if (exitCode !== 0) throw new Error(`${command}: ${stderr}`);
  return stdout;
}

export async function nodeProcessRows(): Promise<Row[]> {
  await using handle = AgentOs.createSidecar();
  const all = [software, node];
  await using vm = await AgentOs.create({ software: all, sidecar: { kind: "explicit", handle } });
  await using inline = await AgentOs.create({ software: all, sidecar: { kind: "inline" } });
  return [
    await startRow(vm, inline),
    await execSyncRow(vm),
    ...(await pipeRows(vm)),
    await memoryRow(vm, handle.describe().pid!),
    await crowdRow(vm),
    ...(await killRows(vm)),
  ];
}

async function startRow(vm: AgentOs, inline: AgentOs): Promise<Row> {
  const times: Record<string, number[]> = { sidecar: [], inline: [], host: [] };
  const subjects: Record<string, () => unknown> = {
    sidecar: () => succeed(vm, "node -e 0"),
    inline: () => succeed(inline, "node -e 0"),
    host: () => execFileSync(process.execPath, ["-e", "0"]),
  };
  for (let round = -3; round < ROUNDS; round++) {
    for (const [name, run] of Object.entries(subjects)) {
      await pause(PAUSE_MS);
      const ms = await timed(run);
      if (round >= 0) times[name]!.push(ms);
    }
  }
  const ms = {
    sidecar: median(times.sidecar!),
    inline: median(times.inline!),
    host: median(times.host!),
  };
  return {
    name: "node -e 0",
    ms,
    target: "≤ 10 ms, ≤ 0.4 × host",
    met: ms.sidecar <= 10 && ms.sidecar <= 0.4 * ms.host,
  };
}

const EXEC_SYNC = `
const { execSync } = require("node:child_process");
const times = [];
for (let i = 0; i < 50; i++) {
  const start = performance.now();
  execSync("true");
  times.push(performance.now() - start);
}
console.log(times.sort((a, b) => a - b)[25]);`;

async function execSyncRow(vm: AgentOs): Promise<Row> {
  await vm.writeFile("/tmp/exec-sync.js", EXEC_SYNC);
  const ms = {
    sidecar: Number(await succeed(vm, "node exec-sync.js")),
    host: Number(execFileSync(process.execPath, ["-e", EXEC_SYNC], { encoding: "utf8" })),
  };
  return { name: 'execSync("true")', ms, target: "≤ 2 ms", met: ms.sidecar <= 2 };
}

const WRITER = `
const chunk = Buffer.alloc(65536, 97);
let left = ${PIPED_MB * 16};
(function write() {
  while (left-- > 0) if (!process.stdout.write(chunk)) return process.stdout.once("drain", write);
})();`;
const READER = `
let size = 0;
process.stdin.on("data", (chunk) => (size += chunk.length)).on("end", () => console.log(size));`;

async function pipeRows(vm: AgentOs): Promise<Row[]> {
  const directory = mkdtempSync(join(tmpdir(), "agentos-bench-"));
  const files = { "writer.js": WRITER, "reader.js": READER };
  const rows: Row[] = [];
  try {
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(join(directory, name), text);
      await vm.writeFile(`/tmp/${name}`, text);
    }
    for (const [name, command] of [
      ["node | node", "node writer.js | node reader.js"],
      ["node | cat", "node writer.js | cat | wc -c"],
      ["head | node", `head -c ${PIPED_MB}M /dev/zero | node reader.js`],
    ] as const) {
      rows.push(await pipeRow(vm, `${name}, 1 GB`, command, directory));
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
  return rows;
}

async function pipeRow(vm: AgentOs, name: string, command: string, directory: string): Promise<Row> {
  const environment = { ...process.env, PATH: `${join(process.execPath, "..")}:${process.env.PATH}` };
  const onHost = () =>
    execFileSync("/bin/bash", ["-c", command], { cwd: directory, env: environment, encoding: "utf8" });
  const times = { sidecar: [] as number[], host: [] as number[] };
  for (let round = 0; round < 3; round++) {
    let answer = "";
    times.sidecar.push(await timed(async () => (answer = await succeed(vm, command))));
    if (Number(answer) !== PIPED_MB << 20) throw new Error(`${command} answered ${answer}`);
    times.host.push(await timed(onHost));
  }
  const ms = { sidecar: median(times.sidecar), host: median(times.host) };
  const rate = (PIPED_MB / ms.sidecar) * 1000;
  return { name, ms, note: `${rate.toFixed(0)} MB/s`, target: "≥ 300 MB/s", met: rate >= 300 };
}

/** What a guest process weighs together with what waits for it. */
async function memoryRow(vm: AgentOs, sidecar: number): Promise<Row> {
  const idle = await Promise.all(
    Array.from({ length: IDLE }, () => vm.spawn("node", ["-e", "setInterval(() => {}, 1e6)"])),
  );
  // Longer than it takes until a guest is at rest.
  await pause(2000);
  const weights = { running: [] as number[], waiting: [] as number[] };
  for (const pid of descendants(sidecar)) {
    const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
    if (!command.startsWith("node\0")) continue;
    const parent = parentOf(pid);
    const kb = proportionalKb(pid) + (parent === sidecar ? 0 : proportionalKb(parent));
    // A program's title takes the place of the arguments.
    weights[command.includes("--permission") ? "waiting" : "running"].push(kb);
  }
  for (const { pid } of idle) await vm.killProcess(pid);
  if (weights.running.length !== IDLE) throw new Error(`found ${weights.running.length} guests of ${IDLE}`);
  const kb = median(weights.running);
  const note = `one that waits for a program ${median(weights.waiting).toFixed(0)} KB`;
  return { name: `memory of an idle node (${IDLE})`, ms: {}, kb, note, target: "≤ 13 MB", met: kb <= 13_312 };
}

async function crowdRow(vm: AgentOs): Promise<Row> {
  const begin = performance.now();
  const run = async (_: unknown, i: number): Promise<number> => {
    const code = `let sum = 0; for (let k = 0; k < 2e7; k++) sum += k % 7; console.log(${i}, sum > 0)`;
    const answer = await succeed(vm, `node -e '${code}'`);
    if (answer !== `${i} true\n`) throw new Error(`guest ${i} answered ${answer}`);
    return performance.now() - begin;
  };
  const ends = await Promise.all(Array.from({ length: CROWD }, run));
  const ms = { sidecar: Math.max(...ends) };
  const spread = ms.sidecar / median(ends);
  return {
    name: `${CROWD} nodes at once`,
    ms,
    note: `the last ends ${spread.toFixed(1)} × as late as the median`,
    target: "none fails, none starves: ≤ 2 × the median",
    met: spread <= 2,
  };
}

const BUSY = {
  "a busy loop": "for (;;);",
  "a blocked call": "require('fs').readSync(0, Buffer.alloc(1))",
  "a promise storm": "(function storm() { Promise.resolve().then(storm) })()",
};

async function killRows(vm: AgentOs): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [name, code] of Object.entries(BUSY)) {
    const times: number[] = [];
    for (let round = 0; round < 9; round++) {
      const { pid } = await vm.spawn("node", ["-e", `console.log("on"); ${code}`]);
      await new Promise<void>((resolve) => vm.onProcessOutput(pid, () => resolve()));
      times.push(
        await timed(async () => {
          await vm.killProcess(pid);
          await vm.waitProcess(pid);
        }),
      );
      await pause(PAUSE_MS);
    }
    const ms = { sidecar: median(times) };
    rows.push({ name: `kill -9 in ${name}`, ms, target: "≤ 20 ms", met: ms.sidecar <= 20 });
  }
  return rows;
}
