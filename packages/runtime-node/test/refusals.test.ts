import { bootTestVm, type TestVm } from "@agentos/kernel/testing";
import common from "@agentos/software-common";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import node from "../src/index.ts";

let vm: TestVm;
beforeAll(() => {
  vm = bootTestVm({ software: [node, common] });
});
afterAll(() => vm.dispose());

async function evaluate(code: string): Promise<string> {
  const { stdout, stderr } = await vm.run(["node", "-e", code]);
  return stdout + stderr;
}

describe("what a VM cannot give says what to do instead:", () => {
  const refusals: Readonly<Record<string, [code: string, says: RegExp]>> = {
    cluster: ["require('cluster').fork()", /ERR_ACCESS_DENIED.*cluster is not .*child_process\.fork\(\)/s],
    "a debugger": ["require('inspector').open()", /inspector is not available in a VM: .*console\.log/],
    "a session with it": [
      "new (require('inspector/promises').Session)()",
      /inspector is not available in a VM/,
    ],
    "waiting for it": ["require('inspector').waitForDebugger()", /inspector is not available in a VM/],
    tracing: ["require('trace_events').createTracing({ categories: ['v8'] })", /use diagnostics_channel/],
    dlopen: ["process.dlopen({ exports: {} }, '/x.node')", /ERR_DLOPEN_DISABLED.*WebAssembly or JavaScript/s],
    addons: [
      "fs.writeFileSync('a.node', ''); require('./a.node')",
      /ERR_DLOPEN_DISABLED.*WebAssembly or JavaScript/s,
    ],
    "heap snapshots": ["v8.writeHeapSnapshot('x')", /use v8\.getHeapStatistics\(\)/],
    "streams of heap snapshots": ["v8.getHeapSnapshot()", /use v8\.getHeapStatistics\(\)/],
    coverage: ["v8.takeCoverage()", /coverage needs the debugger/],
    "V8's flags": ["v8.setFlagsFromString('--expose-gc')", /on node's command line/],
    reports: ["process.report.writeReport()", /reports hold what is not the VM's/],
    execve: ["process.execve('/bin/true', ['true'], {})", /child_process/],
  };
  for (const [name, [code, says]] of Object.entries(refusals)) {
    it(name, async () => {
      const wrapped = `try { ${code}; console.log('no error') } catch (e) { console.log(e.code, e.message) }`;
      expect(await evaluate(wrapped)).toMatch(says);
    });
  }
});

describe("threads", () => {
  const code = "navigator.locks.request('a', { steal: true }, () => {}).catch((e) => console.log(e.code))";

  it("take no lock away from each other", async () => {
    expect(await evaluate(code)).toBe("ERR_ACCESS_DENIED\n");
    const worker = `new (require('worker_threads').Worker)(${JSON.stringify(code)}, { eval: true })`;
    expect(await evaluate(worker)).toBe("ERR_ACCESS_DENIED\n");
  });
});

describe("who only looks gets an answer:", () => {
  it("whether this is a worker of a cluster", async () => {
    const code =
      "const c = require('cluster'); c.on('fork', () => {}); console.log(c.isPrimary, c.isWorker, c.workers)";
    expect(await evaluate(code)).toBe("true false {}\n");
  });

  it("whether there is a debugger", async () => {
    const code = "console.log(require('inspector').url(), process.features.inspector)";
    expect(await evaluate(code)).toBe("undefined false\n");
  });

  it("from modules too", async () => {
    const code =
      "Promise.all(['cluster', 'inspector', 'trace_events'].map((m) => import(m))).then((m) => console.log(m.map((x) => !!x.default)))";
    expect(await evaluate(code)).toBe("[ true, true, true ]\n");
  });
});
