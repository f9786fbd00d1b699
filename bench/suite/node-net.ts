// Keep-alive requests: between two sockets of one guest, and from outside through vmFetch; beside what Node itself does.

import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { AgentOs } from "@agentos/core";
import node from "@agentos/runtime-node";
import { median } from "./measure.ts";
import type { Row } from "./report.ts";
import { software } from "./subjects.ts";

const REQUESTS = 10_000;
const CONNECTIONS = 32;
const ROUNDS = 3;
const PORT = 3000;

const hostPath = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const MODULES = hostPath("../../packages/runtime-node/node_modules");
const STORE = hostPath("../../node_modules");
/** Where the VM has them: pnpm's links lead from one to the other. */
const VM_MODULES = "/repo/packages/app/node_modules";

const handler = (modules: string): string =>
  `(() => { const app = require("${modules}/express")(); app.get("/", (q, r) => r.send("hello")); return app; })()`;

/** A client and a server in one process print the milliseconds of a median round. */
const inside = (modules: string): string => `
const http = require("node:http");
const server = http.createServer(${handler(modules)}).listen(0, "127.0.0.1", async () => {
  const agent = new http.Agent({ keepAlive: true, maxSockets: ${CONNECTIONS} });
  const { port } = server.address();
  const get = () => new Promise((done, fail) =>
    http.get({ host: "127.0.0.1", port, agent }, (response) => response.resume().on("end", done)).on("error", fail));
  const times = [];
  for (let round = 0; round < ${ROUNDS}; round++) {
    let left = ${REQUESTS};
    const begin = performance.now();
    await Promise.all(Array.from({ length: ${CONNECTIONS} }, async () => { while (left-- > 0) await get(); }));
    times.push(performance.now() - begin);
  }
  console.log(times.sort((a, b) => a - b)[${ROUNDS >> 1}]);
  agent.destroy();
  server.close();
});`;

export async function nodeNetRows(): Promise<Row[]> {
  const mount = (path: string, dir: string) => ({
    path,
    plugin: { id: "host_dir" as const, config: { hostPath: dir, readOnly: true } },
  });
  const mounts = [mount("/repo/node_modules", STORE), mount(VM_MODULES, MODULES)];
  const rows: Row[] = [];
  const times = { inside: {} as Record<string, number>, fetch: {} as Record<string, number> };
  for (const [name, kind] of [
    ["sidecar", "shared"],
    ["inline", "inline"],
  ] as const) {
    await using vm = await AgentOs.create({ software: [software, node], sidecar: { kind }, mounts });
    await vm.writeFile("/tmp/inside.js", inside(VM_MODULES));
    const { exitCode, stdout, stderr } = await vm.exec("node /tmp/inside.js");
    if (exitCode !== 0) throw new Error(stderr);
    times.inside[name] = Number(stdout);
    times.fetch[name] = await throughVmFetch(vm);
  }
  const native = execFileSync(process.execPath, ["-e", inside(MODULES)], { encoding: "utf8" });
  times.inside.host = Number(native);
  rows.push(row(`express in one guest, ${REQUESTS.toLocaleString("en")} requests`, times.inside, 8000));
  rows.push(row(`express by vmFetch, ${REQUESTS.toLocaleString("en")} requests`, times.fetch, 3000));
  return rows;
}

async function throughVmFetch(vm: AgentOs): Promise<number> {
  const listen = `.listen(${PORT}, () => console.log("listening"))`;
  await vm.writeFile("/tmp/server.js", `require("node:http").createServer(${handler(VM_MODULES)})${listen}`);
  const { pid } = await vm.spawn("node", ["/tmp/server.js"]);
  await new Promise<void>((resolve) => vm.onProcessOutput(pid, () => resolve()));
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    let left = REQUESTS;
    const begin = performance.now();
    const worker = async (): Promise<void> => {
      while (left-- > 0) await vm.vmFetch(PORT, "/");
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, worker));
    times.push(performance.now() - begin);
  }
  return median(times);
}

function row(name: string, ms: Record<string, number>, least: number): Row {
  const rate = (REQUESTS / ms.sidecar!) * 1000;
  return { name, ms, note: `${rate.toFixed(0)}/s`, target: `≥ ${least}/s`, met: rate >= least };
}
