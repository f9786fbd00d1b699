// Runs Node's own tests (the folder `test` of Node's sources) on the host's Node and, those that pass there, in VMs.
//   node --conditions=@agentos/source scripts/node-suite.ts <folder> [--filter regexp] [--jobs 2] [--json report.json]

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { parseArgs } from "node:util";
import { AgentOs } from "@agentos/core";
import node from "@agentos/runtime-node";
import common from "@agentos/software-common";

const SUITES = ["parallel", "es-module"];
const TIMEOUT_MS = 15_000;
/** Where the tests stand in the VM. */
const MOUNT = "/node/test";

type Outcome = "passes" | "fails in a VM" | "fails on the host" | "needs Node's insides";
interface Result {
  test: string;
  outcome: Outcome;
  /** What it printed in the VM, if it failed there. */
  output?: string;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    filter: { type: "string", default: "" },
    jobs: { type: "string", default: String(availableParallelism()) },
    json: { type: "string" },
    help: { type: "boolean", default: false },
  },
});
if (values.help || positionals.length !== 1) {
  console.log("usage: npm run node-suite -- FOLDER [--filter REGEXP] [--jobs N] [--json FILE]");
  process.exit(values.help ? 0 : 2);
}
const folder = resolve(positionals[0]!);
const results = await runAll(testsOf(new RegExp(values.filter)), Number(values.jobs));
report(results);
if (values.json) writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`);

function testsOf(filter: RegExp): string[] {
  return SUITES.flatMap((suite) => readdirSync(join(folder, suite)).map((name) => `${suite}/${name}`))
    .filter((test) => /\/test-.*\.m?js$/.test(test) && filter.test(test))
    .sort();
}

async function runAll(tests: readonly string[], jobs: number): Promise<Result[]> {
  const done: Result[] = [];
  const queue = tests.values();
  const worker = async (): Promise<void> => {
    for (const test of queue) {
      done.push(await run(test));
      if (process.stderr.isTTY) process.stderr.write(`\r${done.length} of ${tests.length} `);
    }
  };
  await Promise.all(Array.from({ length: jobs }, worker));
  return done.sort((a, b) => (a.test < b.test ? -1 : 1));
}

async function run(test: string): Promise<Result> {
  const source = readFileSync(join(folder, test), "utf8");
  const flags = /^\/\/ Flags: (.*)$/m.exec(source)?.[1]?.trim() ?? "";
  if (/expose.internals/.test(flags) || /internalBinding|internal\/test\/binding/.test(source)) {
    return { test, outcome: "needs Node's insides" };
  }
  if (!(await passesOnHost(test, flags))) return { test, outcome: "fails on the host" };
  const output = await failureInVm(test, flags);
  return output === undefined ? { test, outcome: "passes" } : { test, outcome: "fails in a VM", output };
}

async function passesOnHost(test: string, flags: string): Promise<boolean> {
  const directory = mkdtempSync(join(tmpdir(), "agentos-node-suite-"));
  try {
    const child = spawn(process.execPath, [...flags.split(/\s+/).filter(Boolean), test], {
      cwd: folder,
      env: { ...process.env, NODE_TEST_DIR: directory },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: TIMEOUT_MS,
      killSignal: "SIGKILL",
    });
    await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
    return child.exitCode === 0;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** What the test printed, if it failed. */
async function failureInVm(test: string, flags: string): Promise<string | undefined> {
  const mounts = [
    { path: MOUNT, readOnly: true, plugin: { id: "host_dir" as const, config: { hostPath: folder } } },
  ];
  await using vm = await AgentOs.create({ software: [common, node], mounts });
  const command = `cd ${MOUNT} && mkdir /tmp/t && NODE_TEST_DIR=/tmp/t exec node ${flags} ${test}`;
  const { exitCode, stdout, stderr } = await vm.exec(command, { timeoutMs: TIMEOUT_MS });
  return exitCode === 0 ? undefined : `exit ${exitCode}\n${stderr}\n${stdout}`.slice(0, 4000);
}

function report(all: readonly Result[]): void {
  const having = (outcome: Outcome): Result[] => all.filter((result) => result.outcome === outcome);
  for (const { test, output = "" } of having("fails in a VM")) {
    const reason = /^.*Error.*$/m.exec(output)?.[0].trim() ?? output.split("\n", 1)[0]!;
    console.log(`${test}\n    ${reason.slice(0, 150)}`);
  }
  const passed = having("passes").length;
  const oracle = passed + having("fails in a VM").length;
  console.log(
    `${passed} of ${oracle} that pass on the host pass in a VM (${((100 * passed) / oracle).toFixed(1)} %); ` +
      `${having("needs Node's insides").length} need Node's insides, ${having("fails on the host").length} fail on the host`,
  );
}
