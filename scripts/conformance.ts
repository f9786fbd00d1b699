// Runs conformance vectors (see the README beside them) in fresh VMs and judges them with the suite's own judge.
//   node --conditions=@agentos/source scripts/conformance.ts <folder> [--suite name] [--filter regexp]
//        [--failures] [--json report.json] [--jobs 2] [--least oils=88,toybox=60]

import { fork } from "node:child_process";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { dirname, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Case, Outcome, Suite } from "./conformance/case.ts";

/** Generous: the case itself is stopped at 10 s inside the VM. */
const WATCHDOG_MS = 20_000;
const WORKER = new URL("./conformance/worker.ts", import.meta.url);

interface Job {
  suite: string;
  helpers: Suite["helpers"];
  case: Case;
}

interface Judged extends Outcome {
  suite: string;
  id: string;
  name: string;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    suite: { type: "string", multiple: true },
    filter: { type: "string" },
    failures: { type: "boolean", default: false },
    json: { type: "string", default: "reports/conformance.json" },
    jobs: { type: "string", default: String(availableParallelism()) },
    least: { type: "string", default: "" },
    help: { type: "boolean", default: false },
  },
});

if (values.help || positionals.length !== 1) {
  console.log(
    "usage: npm run conformance -- FOLDER [--suite NAME]... [--filter REGEXP] [--failures] [--json FILE] [--jobs N] [--least SUITE=PERCENT,…]",
  );
  process.exit(values.help ? 0 : 2);
}

const folder = resolve(positionals[0]!);
const jobs = await loadJobs(folder);
const results = await runAll(jobs, Number(values.jobs));
report(results);
await mkdir(dirname(resolve(values.json)), { recursive: true });
await writeFile(values.json, `${JSON.stringify(summary(results), null, 2)}\n`);

async function loadJobs(from: string): Promise<Job[]> {
  const names = (await readdir(from)).filter((name) => name.endsWith(".json")).sort();
  const filter = values.filter ? new RegExp(values.filter) : undefined;
  const found: Job[] = [];
  for (const name of names) {
    const suite = JSON.parse(await readFile(`${from}/${name}`, "utf8")) as Suite;
    const label = name.replace(/\.json$/, "");
    if (values.suite && !values.suite.includes(label)) continue;
    for (const one of suite.cases) {
      if (filter && !filter.test(one.id)) continue;
      found.push({ suite: label, helpers: suite.helpers, case: one });
    }
  }
  return found;
}

async function runAll(all: Job[], workers: number): Promise<Judged[]> {
  const results: Judged[] = [];
  const queue = all.values();
  const progress = process.stderr.isTTY
    ? () => process.stderr.write(`\r${results.length}/${all.length}`)
    : () => {};
  await Promise.all(
    Array.from({ length: Math.min(workers, all.length) }, async () => {
      let worker = startWorker();
      for (const job of queue) {
        const outcome = await worker.run(job);
        if (outcome.hung) worker = startWorker();
        results.push({ suite: job.suite, id: job.case.id, name: job.case.name, ...outcome });
        progress();
      }
      worker.stop();
    }),
  );
  if (process.stderr.isTTY) process.stderr.write("\r");
  return results.sort((a, b) => (a.suite + a.id < b.suite + b.id ? -1 : 1));
}

/** A process that runs cases one by one; a case that hangs it or kills it costs that process only. */
function startWorker() {
  const child = fork(WORKER, [folder], {
    execArgv: [...process.execArgv],
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    serialization: "advanced",
  });
  let stderr = "";
  child.stderr?.on("data", (chunk) => {
    stderr = (stderr + chunk).slice(-2000);
  });
  return {
    stop: () => child.kill("SIGKILL"),
    run: (job: Job) =>
      new Promise<Outcome>((done) => {
        const finish = (outcome: Outcome) => {
          clearTimeout(watchdog);
          child.off("message", finish);
          child.off("exit", onExit);
          done(outcome);
        };
        const watchdog = setTimeout(() => {
          child.kill("SIGKILL");
          finish({ ok: false, reason: "hung the virtual machine", hung: true });
        }, WATCHDOG_MS);
        const onExit = () => finish({ ok: false, reason: `crashed: ${stderr}`, hung: true });
        child.once("exit", onExit);
        child.once("message", finish);
        child.send(job);
      }),
  };
}

function summary(all: Judged[]) {
  const suites: Record<string, { passed: number; failed: number }> = {};
  for (const { suite, ok } of all) {
    const count = (suites[suite] ??= { passed: 0, failed: 0 });
    if (ok) count.passed++;
    else count.failed++;
  }
  return { suites, failures: all.filter(({ ok }) => !ok) };
}

function report(all: Judged[]): void {
  const { suites, failures } = summary(all);
  if (values.failures)
    for (const { suite, id, name, reason } of failures)
      console.log(`${suite} ${id} [${name}]\n    ${reason}`);
  for (const [name, { passed, failed }] of Object.entries(suites)) {
    const percent = ((100 * passed) / (passed + failed)).toFixed(1);
    console.log(`${name}: ${passed} passed, ${failed} failed (${percent} %)`);
    if (Number(percent) < least(name)) {
      console.log(`${name}: at least ${least(name)} % must pass`);
      process.exitCode = 1;
    }
  }
}

function least(suite: string): number {
  const floor = values.least.split(",").find((entry) => entry.startsWith(`${suite}=`));
  return floor ? Number(floor.slice(suite.length + 1)) : 0;
}
